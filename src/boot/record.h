// SPDX-License-Identifier: LGPL-2.1-or-later

// What the running system can read about how it was booted.

#pragma once

#include <string>

#include "boot/boot_config.h"
#include "boot/verify.h"
#include "mount/image.h"

namespace cfs::boot {

struct Booted {
  Digest digest;
  std::string signed_name;  // that stood for it; empty if the command line had the digest
  std::string sysroot;
  std::string kernel;
  Proof proof = Proof::kKernel;
  bool verified = true;  // the kernel enforces the objects' digests
  mount::Backing backing = mount::Backing::kFile;
  StateMode etc = StateMode::kNone;  // what was really mounted
  StateMode var = StateMode::kNone;

  std::string json() const;
};

// RUN/composefs/booted.json.
Result<> write_booted(const std::string& run, const Booted& booted);

// RUN/systemd/volatile-root → /dev/block/MAJ:MIN of the device below the directory `sysroot`, for
// systemd's generators, which find no device behind an overlay. An existing link stays. Nothing is
// done for roots without a device.
Result<> link_volatile_root(const std::string& run, int sysroot);

}  // namespace cfs::boot
