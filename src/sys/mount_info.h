// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace cfs::sys {

// What /proc/self/mountinfo says of the mount that an open file lies on.
struct MountInfo {
  std::string root;    // the directory of the file system that is mounted: "/", "/subvolume"
  std::string type;    // "ext4"
  std::string source;  // "/dev/vda2", "composefs:0123…"; both escaped as the kernel does
};

// A line of /proc/PID/mountinfo. The mount point is unescaped, type, source and options are as the
// kernel writes them.
struct MountLine {
  u64 id = 0;
  std::string point;
  MountInfo info;
  std::string options;  // of the file system
};
// In the table's order: of several mounts on one point the last is on top.
std::vector<MountLine> parse_mount_table(std::string_view table);

// ENOENT when the mount is not attached in this namespace.
Result<MountInfo> mount_info(int fd);

}  // namespace cfs::sys
