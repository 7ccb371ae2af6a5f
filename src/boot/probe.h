// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

#include "boot/reason.h"

namespace cfs::boot {

// Looks at the assembled root as the system will: it is an overlay, writable or not as it should
// be, and the future init (`init`; if empty /sbin/init or else /usr/lib/os-release) can be read to
// its end; an init is executable. A kernel whose overlayfs and fs-verity do not work together fails
// here, with a message, and not after the switch.
Outcome<> probe_root(int root, const std::string& init, bool writable);

}  // namespace cfs::boot
