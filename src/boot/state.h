// SPDX-License-Identifier: LGPL-2.1-or-later

// Directories of the new root that keep state: what is below state/deploy/HEX of the old root.

#pragma once

#include <optional>
#include <string>

#include "boot/kernel_log.h"
#include "boot/plan.h"

namespace cfs::boot {

// Where state comes from and goes to.
struct StateSite {
  int sysroot;  // the old root
  int root;     // the new one, the root of a mount
  const Digest& digest;
  KernelLog& log;
};

// Mounts the state of one directory into the new root. Returns whether it did: a default does
// without a state directory or mount point, a configured one makes the former and refuses without
// the latter.
Outcome<bool> mount_state(const MountState& step, const StateSite& site);

// Whether the old root has state of that directory for an image other than `own` (a digest's HEX),
// as far as can be seen.
bool others_have_state(int sysroot, const std::string& directory, const std::string& own);

// The directory `name` of the new root, not through a link; nothing when there is none.
Outcome<std::optional<Fd>> find_mount_point(int root, const std::string& name);

}  // namespace cfs::boot
