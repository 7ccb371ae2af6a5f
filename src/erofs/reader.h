// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "tree/tree.h"

namespace cfs::erofs {

struct ReadOptions {
  // When not empty: only these of the root's entries, with everything below them.
  std::vector<std::string> filter;
};

// The tree that an image was made of: attributes unescaped, whiteouts turned back into devices,
// what the writer added taken away. The tree points into `image`, which must outlive it. A nid met
// again is a hard link to the name under which it was met first, depth first.
//
// Nothing in the image is trusted: offsets, lengths, order and uniqueness of names, "." and "..",
// loops, and regions that lie over each other (which would let a small image unfold into a large
// tree). Time and memory are bounded by the size of the image. Directories may be nested as deep as
// it has room for.
Result<Tree> read_image(Bytes image, const ReadOptions& options = {});

// The composefs format version of an image, 0 or 1 for those that we write.
Result<u32> image_version(Bytes image);

}  // namespace cfs::erofs
