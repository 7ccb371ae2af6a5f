// SPDX-License-Identifier: LGPL-2.1-or-later

// What the running system can read about how it was booted.

#pragma once

#include <sys/types.h>

#include <string>

#include "boot/boot_config.h"
#include "boot/verify.h"
#include "mount/image.h"
#include "sys/mount_info.h"

namespace cfs::boot {

struct Booted {
  Digest digest;
  std::string signed_name;  // that stood for it; empty if the command line had the digest
  std::string sysroot;
  std::string kernel;
  Proof proof = Proof::kKernel;
  bool verified = true;  // the kernel enforces the objects' digests
  mount::Backing backing = mount::Backing::kFile;
  bool transient = false;            // a writable root that forgets
  StateMode etc = StateMode::kNone;  // what was really mounted
  StateMode var = StateMode::kNone;

  std::string json() const;
};

// RUN/composefs/booted.json.
Result<> write_booted(const std::string& run, const Booted& booted);

// The block device below an open directory; 0 for file systems without one.
dev_t device_below(int directory);

// RUN/systemd/volatile-root → /dev/block/MAJ:MIN of the device below the old root, for systemd's
// generators, which find no device behind an overlay. An existing link stays. Nothing is done for
// roots without a device.
Result<> link_volatile_root(const std::string& run, dev_t device);

// Makes systemd keep the old root, mounted on /sysroot of the new one, until everything else is
// down. Then systemd-shutdown sees it and remounts its file system read-only, which closes the
// journal; the new root keeps that file system busy to the very end. The way to say so is the
// option x-initrd.mount (systemd.mount(5)), kept in RUN/mount/utab, the table of libmount.
Result<> keep_sysroot(const std::string& run, const sys::MountInfo& old_root);

}  // namespace cfs::boot
