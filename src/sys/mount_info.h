// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

#include "base/result.h"

namespace cfs::sys {

// What /proc/self/mountinfo says of the mount that an open file lies on.
struct MountInfo {
  std::string type;    // "ext4"
  std::string source;  // "/dev/vda2", "composefs:0123…", escaped as the kernel does
};

// ENOENT when the mount is not attached in this namespace.
Result<MountInfo> mount_info(int fd);

}  // namespace cfs::sys
