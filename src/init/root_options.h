// SPDX-License-Identifier: LGPL-2.1-or-later

// What the kernel command line says about the root file system; kernel:
// Documentation/admin-guide/kernel-parameters.txt. The last word of a kind counts, as there.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "kernel-cmdline/cmdline.h"

namespace cfs::init {

struct RootOptions {
  std::string device;  // root=: UUID=…, LABEL=…, PARTUUID=…, PARTLABEL=… or /dev/…
  std::vector<std::string> types;  // rootfstype=, tried in order; empty: what the device looks like
  std::string flags;               // rootflags=, as they are
  bool writable = false;           // rw
  unsigned delay = 0;              // rootdelay=, seconds before the device is looked for
  std::optional<unsigned> wait = 10;  // seconds to wait for it; rootwait: without end
};

// EINVAL, naming the word, for no root=, one of another kind, and numbers that are none.
Result<RootOptions> parse_root_options(const std::vector<kernel_cmdline::Parameter>& parameters);

}  // namespace cfs::init
