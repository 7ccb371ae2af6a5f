// SPDX-License-Identifier: LGPL-2.1-or-later

// The two overlays of a composefs root: the root itself, and writable state over one of its
// directories. Both come back as detached mounts.

#pragma once

#include <string>

#include "base/fd.h"

namespace cfs::mount {

// How overlayfs is told about layers.
enum class LayersBy {
  kDescriptor,  // the kernel takes descriptors, also of detached mounts (Linux 6.15)
  kProcPath,    // "/proc/self/fd/N"; the mounts must be attached in this namespace
};

// What the objects are to the root.
enum class Objects {
  kVerified,    // a file is opened only if its object carries the fs-verity digest that the image
                // names (Linux 6.6)
  kUnverified,  // whatever lies under an object's name is the file's content (Linux 6.5)
  kPlain,       // the same as an ordinary layer: names of its own that the image does not hide show
                // up in the root. Needs kProcPath.
};

// Where an overlay keeps changes: two directories of one file system.
struct Upper {
  int upper, work;
};

// `image` is the root of the mounted EROFS, `objects` the object directory. Read-only without
// `upper`.
Result<Fd> mount_root(const std::string& source, int image, int objects, Objects kind, LayersBy by,
                      const Upper* upper = nullptr);

// A writable layer over the directory `lower`: nosuid, nodev, and blind to what overlayfs
// attributes planted in `upper` would ask for.
Result<Fd> mount_state(const std::string& source, int lower, const Upper& upper, LayersBy by);

// An empty tmpfs, nosuid and nodev. `size` as tmpfs takes it; empty for its default.
Result<Fd> mount_tmpfs(const std::string& source, const std::string& size = "");

}  // namespace cfs::mount
