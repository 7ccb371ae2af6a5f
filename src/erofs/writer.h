// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include "erofs/sink.h"
#include "tree/tree.h"

namespace cfs::erofs {

struct WriteOptions {
  // Composefs format versions, 0 or 1. The lowest that can express the tree is taken: version 1
  // when there are whiteouts and `max_version` allows it.
  u32 min_version = 0;
  u32 max_version = 1;
};

// The version that the image of a tree will have. EINVAL when there is no such version.
Result<u32> choose_version(const Tree& tree, const WriteOptions& options);

// Writes the image of a tree front to back, in large pieces. Equal trees give equal bytes. Fails
// with EINVAL (version, file type), ENOTDIR (the root is not a directory), ERANGE (an attribute
// larger than its fields), EFBIG, or as `write` does.
Result<> write_image(const Tree& tree, const WriteOptions& options, const Output::Write& write);

}  // namespace cfs::erofs
