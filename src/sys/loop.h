// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <string_view>

#include "base/fd.h"

namespace cfs::sys {

// A read-only loop device over a file. The device frees itself when the last user goes: this
// descriptor, or a mount of it.
struct LoopDevice {
  Fd fd;
  std::string path;  // "/dev/loopN"
};

// `name` is what losetup shows for it. ENOENT, ENODEV or ENXIO: the kernel has no loop devices.
Result<LoopDevice> attach_loop(int file, std::string_view name);

}  // namespace cfs::sys
