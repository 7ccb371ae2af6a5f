// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <optional>
#include <string>

#include "mount/composefs.h"

namespace cfs::tools {

struct MountComposefsOptions {
  std::string image, target;
  mount::ComposefsOptions mount;
  std::optional<mount::Verity> verity;  // as given; mount.verity is what follows
  std::string user_namespace;           // its path; mount.user_namespace is not set here
  std::string mount_namespace;          // -N: its path, empty for ours
  unsigned long flags = 0;              // MS_…; mount.attributes is what follows
  unsigned long for_others = 0;         // MNT_MS_…, options that other programs look for
  std::string remembered;               // those, for libmount's table, if it is ours to write
  bool fake = false;                    // -f: everything but the mount
  bool verbose = false;
};

// Parses a command line as mount(8) writes it for its helpers. Prints what is wrong with it, or the
// usage, and then says how to exit.
struct Exit {
  int status;
};
std::optional<Exit> parse_mount_composefs_options(int argc, char** argv,
                                                  MountComposefsOptions& options);

// One -o list. The error's text is complete; `sloppy` passes over unknown options.
Result<> parse_mount_list(std::string_view list, bool sloppy, MountComposefsOptions& options);

}  // namespace cfs::tools
