// SPDX-License-Identifier: LGPL-2.1-or-later

// Directories of the new root that keep state: what is below state/deploy/HEX of the old root.

#pragma once

#include <optional>
#include <string>

#include "boot/plan.h"

namespace cfs::boot {

// Mounts the state of one directory into the new root (the root of a mount, `root`). Returns
// whether it did: a default does without a state directory or mount point, a configured one makes
// the former and refuses without the latter.
Outcome<bool> mount_state(const MountState& step, int sysroot, int root, const Digest& digest);

// The directory `name` of the new root, not through a link; nothing when there is none.
Outcome<std::optional<Fd>> find_mount_point(int root, const std::string& name);

}  // namespace cfs::boot
