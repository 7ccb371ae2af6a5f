// SPDX-License-Identifier: LGPL-2.1-or-later

// The block device of the root file system, found by looking at all of them with libblkid: there is
// no udev. Superblocks are the only thing on a disk that is parsed before anything is verified.

#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "init/root_options.h"

namespace cfs::init {

struct RootDevice {
  std::string path;  // "/dev/vda2"
  std::string type;  // "ext4"; empty when libblkid sees no file system
};

// The first device of /proc/partitions that `device`, the value of root=, names; nothing when there
// is none yet. A device with signs of several file systems has no UUID, label or type.
Result<std::optional<RootDevice>> find_root_device(const std::string& device);

// Waits for the device and mounts its file system on `where`.
Result<> mount_root(const RootOptions& root, const std::string& where);

}  // namespace cfs::init
