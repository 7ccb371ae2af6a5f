// SPDX-License-Identifier: LGPL-2.1-or-later

// Kernel modules of an initramfs: files below /usr/lib/modules/VERSION, or what composefs-init
// loads.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "initramfs/check.h"
#include "initramfs/wiring.h"

namespace cfs::initramfs {

struct Needs {
  bool lax = false;     // kernels that cannot enforce fs-verity will do
  bool memory = false;  // an image of the initramfs, or a lax one: needs a loop device
  bool sha512 = false;
};

// "erofs", "overlay", "loop", "sha512" and what they depend on, for each kernel.
void check_modules(const Files& files, Builder builder, const Around& around, const Needs& needs,
                   Findings& findings);

}  // namespace cfs::initramfs
