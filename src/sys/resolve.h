// SPDX-License-Identifier: LGPL-2.1-or-later

// Opening paths that somebody else may have prepared (openat2, Linux 5.6).

#pragma once

#include <string>

#include "base/fd.h"

namespace cfs::sys {

// Opens `path` below the directory `dir`: never above it, through no link of any kind, onto no
// other mount. A symlink on the way is ELOOP, a mount EXDEV. The error's text is "open `PATH`:
// STRERROR".
Result<Fd> open_beneath(int dir, const std::string& path, int flags);

// Opens `path` as a program would whose root is `root`: symlinks are followed, never out of it.
Result<Fd> open_in_root(int root, const std::string& path, int flags);

// The text of the symlink `path` below `dir`, the way to it resolved as open_beneath does. EINVAL
// when it is not a link.
Result<std::string> read_link_beneath(int dir, const std::string& path);

// "/proc/self/fd/N": the file behind a descriptor, for calls that take nothing but a path.
std::string proc_path(int fd);

}  // namespace cfs::sys
