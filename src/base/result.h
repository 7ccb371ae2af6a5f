// SPDX-License-Identifier: LGPL-2.1-or-later

// Errors are values. An Error is made where the system call or the check failed and each layer that
// passes it on may put one phrase in front ("open `x`: No such file or directory").

#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace cfs {

struct Error {
  int code = 0;      // an errno value; never 0 in a real error
  std::string text;  // what a user reads, without a final newline

  // The text of `code` as strerror gives it ("No such file or directory"). Keeps errno.
  static std::string describe(int code);
};

template <class T = void>
using Result = tl::expected<T, Error>;

// fail(ENOENT, "open `x`") says "open `x`: No such file or directory".
[[nodiscard]] tl::unexpected<Error> fail(int code, std::string_view context);
// The text stands for itself; `code` is for callers that must tell cases apart.
[[nodiscard]] tl::unexpected<Error> fail_with(int code, std::string text);
// "PHRASE: TEXT" with the same code.
[[nodiscard]] tl::unexpected<Error> in_context(std::string_view phrase, Error error);

}  // namespace cfs

#define CFS_JOIN2(a, b) a##b
#define CFS_JOIN(a, b) CFS_JOIN2(a, b)

// Statements, not expressions: the expression form skips destructors inside braced initialisers.
//   TRY(write_all(fd, bytes));
//   TRY_ASSIGN(auto fd, open_file(path));
#define TRY(...)                                                     \
  do {                                                               \
    if (auto cfs_try = (__VA_ARGS__); !cfs_try)                      \
      return ::tl::make_unexpected(std::move(cfs_try).error());      \
  } while (false)

#define TRY_ASSIGN(target, ...) CFS_TRY_ASSIGN(CFS_JOIN(cfs_try_, __LINE__), target, __VA_ARGS__)
#define CFS_TRY_ASSIGN(result, target, ...)                              \
  auto result = (__VA_ARGS__);                                           \
  if (!result) return ::tl::make_unexpected(std::move(result).error());  \
  target = std::move(*result)
