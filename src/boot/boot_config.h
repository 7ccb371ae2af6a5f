// SPDX-License-Identifier: LGPL-2.1-or-later

// What the command line and the configuration say together.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "boot/config.h"
#include "fsverity/digest.h"

namespace cfs::boot {

// Everything that decides what is mounted.
struct BootConfig {
  std::string sysroot = "/sysroot";
  std::string target = "/sysroot";  // where the new root is attached
  bool running = false;             // beside a running system, for a soft reboot
  bool record = true;               // leave /run/composefs/booted.json behind
  std::vector<Digest> digests;      // the first that exists is used
  std::string signed_name;          // instead of digests: what it stands for is found in the store
  std::string keys = "/etc/composefs/keys";  // of the initramfs: who may sign names
  bool lax = false;                          // they are marked `?` and the configuration allows it
  std::string embedded = "/composefs";       // where the initramfs may hold images; empty: nowhere
  std::string init;                          // of the command line; empty for the usual places
  Config config;
};

// `cmdline` is the kernel's. systemd.volatile= in it overrides what the configuration says of the
// root, /etc and /var. Lax digests are refused unless the configuration allows them.
Outcome<BootConfig> make_boot_config(std::string_view cmdline, const Config& config);

}  // namespace cfs::boot
