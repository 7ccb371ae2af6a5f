// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace cfs::disk {

// What a program sees of the first descriptor that run_program hands to it, and of the second.
inline constexpr const char* kHandedFile = "/proc/self/fd/3";
inline constexpr const char* kSecondHandedFile = "/proc/self/fd/4";

// Runs `words` (found in PATH, /usr/sbin and /sbin) and waits for it. Its environment is
// `environment`
// ("NAME=VALUE") and a PATH, nothing of the caller's; standard input is empty; `files` are its
// descriptors 3 and on. Fails with what the program said last when its exit status is not 0, and
// with ENOENT when there is no such program; `package` is what to install then.
Result<> run_program(const std::vector<std::string>& words, std::vector<std::string> environment,
                     const std::vector<int>& files, const char* package);

}  // namespace cfs::disk
