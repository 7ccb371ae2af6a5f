// SPDX-License-Identifier: LGPL-2.1-or-later

// What the running kernel can do, found out by asking it for harmless things. Version numbers never
// decide anything; they only make messages readable.

#pragma once

#include <string>

#include "base/result.h"

namespace cfs::sys {

struct KernelCaps {
  std::string release;             // "6.12.107+deb13-cloud-amd64"
  bool erofs = false;              // the type is known, or its module could be loaded
  bool overlay = false;            // likewise
  bool overlay_data_only = false;  // overlayfs has data-only layers (6.5)
  bool overlay_verity = false;     // overlayfs understands verity=require (Linux 6.6)
  bool file_backed_erofs = false;  // EROFS mounts a regular file without a loop device (6.12)
  bool detached_trees = false;  // overlayfs takes layers as O_PATH descriptors of detached mounts,
                                // and detached trees take mounts (6.15)

  // "6.12": the first two numbers of `release`.
  std::string version() const;
};

// Needs CAP_SYS_ADMIN (EPERM without) and /proc. May load the modules erofs and overlay; changes
// nothing else.
Result<KernelCaps> probe_kernel();

}  // namespace cfs::sys
