// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

#include "base/result.h"

namespace cfs {

// flock(2) with LOCK_SH or LOCK_EX on the open file or directory `path`. Waits for others; after a
// second it says so on standard error.
Result<> lock(int fd, int operation, const std::string& path);

}  // namespace cfs
