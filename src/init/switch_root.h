// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

#include "base/result.h"

namespace cfs::init {

// Makes the mount on `root` (a directory of "/", as "/sysroot") the root of this process: /dev,
// /proc, /run and /sys move into it where it has such directories and go away where it has not, and
// every file of the initramfs is removed, which gives its memory back. What else is mounted on
// `root` below the topmost mount goes too. After an error there is no way back.
Result<> switch_root(const std::string& root);

}  // namespace cfs::init
