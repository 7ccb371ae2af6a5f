// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cfs {

// What a program sees of the first descriptor that run_program hands to it, and of the second.
inline constexpr const char* kHandedFile = "/proc/self/fd/3";
inline constexpr const char* kSecondHandedFile = "/proc/self/fd/4";

struct ProgramOptions {
  // "NAME=VALUE", to which a PATH is added, and nothing of the caller's; absent: the caller's.
  std::optional<std::vector<std::string>> environment;
  std::vector<int> files;   // become its descriptors 3 and on
  std::string_view advice;  // what to do when there is no such program
};

// Runs `words`, the program found by PATH, in /usr/sbin and /sbin unless there is a slash in it,
// and waits for it. Standard input is empty. ENOSYS when there is no such program. EIO when it
// failed, with its exit status or signal and the last line it said.
Result<> run_program(std::vector<std::string> words, ProgramOptions options);

}  // namespace cfs
