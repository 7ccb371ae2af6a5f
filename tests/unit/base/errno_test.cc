// SPDX-License-Identifier: LGPL-2.1-or-later

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>
#include <new>

#include "base/result.h"
#include "base/text.h"

// Memory that is there, and an errno that says otherwise, as malloc() leaves it when a thread gets
// no arena of its own.
void* operator new(std::size_t size) {
  void* at = std::malloc(size);
  if (!at) std::abort();
  errno = ENOMEM;
  return at;
}
void operator delete(void* at) noexcept { std::free(at); }
void operator delete(void* at, std::size_t) noexcept { std::free(at); }

namespace cfs {
namespace {

TEST(Errno, IsThatOfTheCallWhateverTheMessageTakes) {
  const std::string path(200, 'p');
  errno = ENOENT;
  Result<> failed = fail(errno, cat("open `", path, "`"));
  EXPECT_EQ(failed.error().text, cat("open `", path, "`: No such file or directory"));
  errno = ENOENT;
  failed = fail(errno, cat("open `", printable(path), "`"));
  EXPECT_EQ(failed.error().code, ENOENT);
  errno = ENOENT;
  failed = fail(errno, printable(path));
  EXPECT_EQ(failed.error().code, ENOENT);
  errno = ENOENT;
  failed = fail_with(errno, Error::describe(errno));
  EXPECT_EQ(failed.error().code, ENOENT);
}

}  // namespace
}  // namespace cfs
