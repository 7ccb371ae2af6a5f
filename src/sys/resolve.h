// SPDX-License-Identifier: LGPL-2.1-or-later

// Paths of links and descriptors, beside open_beneath and open_in_root (base/fd.h).

#pragma once

#include <string>

#include "base/fd.h"

namespace cfs::sys {

// The text of the symlink `path` below `dir`, the way to it resolved as open_beneath does. EINVAL
// when it is not a link.
Result<std::string> read_link_beneath(int dir, const std::string& path);

// Opens a regular file below `dir` for reading, without ever opening anything else: a FIFO would
// block, a device would act. The way is resolved as open_beneath does; EINVAL for other types.
Result<Fd> open_regular_beneath(int dir, const std::string& path);

// "/proc/self/fd/N": the file behind a descriptor, for calls that take nothing but a path.
std::string proc_path(int fd);

}  // namespace cfs::sys
