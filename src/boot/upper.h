// SPDX-License-Identifier: LGPL-2.1-or-later

// The upper layer of an overlay that forgets, and what a merged directory takes from its upper one.

#pragma once

#include <string>

#include "base/fd.h"
#include "mount/overlay.h"

namespace cfs::boot {

// Whether the directory has an SELinux label, as far as can be seen.
bool has_label(int directory);
// The SELinux label of the directory `from`, if it has one, for the directory `to`.
Result<> copy_label(int from, int to);

struct TransientUpper {
  Fd tmpfs, upper, work;

  mount::Upper layers() const { return {upper.get(), work.get()}; }
};

// Directories for an overlay over the directory `lower`, on a tmpfs of that size (empty: its
// default). The upper one has the mode, owner, times and label of `lower`: those are what the
// merged directory will show. The tmpfs is attached over the directory `shelf` unless that is
// negative.
Result<TransientUpper> make_transient_upper(const std::string& source, const std::string& size,
                                            int lower, int shelf);

}  // namespace cfs::boot
