// SPDX-License-Identifier: LGPL-2.1-or-later

// From an image's descriptor, verified by the caller, to a detached mount of its EROFS. The image
// is mounted through that very descriptor, so nothing can come between the check and the mount.

#pragma once

#include <string_view>

#include "base/fd.h"
#include "format/composefs.h"

namespace cfs::mount {

// The 32 bytes at the front. EINVAL when they are not a composefs image's.
Result<format::ComposefsHeader> read_header(int image);

enum class Backing { kFile, kLoop };

struct MountedImage {
  Fd mount;
  Backing backing;
};

// Read-only. kFile (Linux 6.12) falls back to a loop device on file systems that cannot back a
// mount themselves, as tmpfs. `name` is what losetup shows. Needs /proc.
Result<MountedImage> mount_image(int image, const format::ComposefsHeader& header, Backing backing,
                                 std::string_view name);

}  // namespace cfs::mount
