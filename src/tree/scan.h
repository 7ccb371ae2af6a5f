// SPDX-License-Identifier: LGPL-2.1-or-later

// A directory on disk as a tree. What is recorded and what is not is fixed by composefs 1.0.8,
// since it decides the image: link counts are 1 and hard links are not detected, mount points are
// crossed, symlinks are not followed. Contents are not read here.

#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "tree/tree.h"

namespace cfs::tree {

// Names in one directory that never show up, whatever path leads to it; without a name, the
// directory itself, unless it is the source.
struct Hidden {
  dev_t dev = 0;
  ino_t ino = 0;
  std::string name = {};
  bool prefix = false;  // everything that begins with `name`
};

struct ScanOptions {
  bool use_epoch = false;
  bool skip_devices = false;  // block and character devices
  bool skip_xattrs = false;
  bool user_xattrs = false;  // only user.*
  unsigned threads = 1;
  std::vector<Hidden> hidden = {};
};

// Trees of one source are equal with any number of threads, up to the numbers of their inodes.
// Errors are "error accessing PATH: STRERROR". A source that is not a directory becomes a root of
// that type, which no image can hold.
Result<Tree> scan(const std::string& source, const ScanOptions& options);

}  // namespace cfs::tree
