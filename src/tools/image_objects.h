// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <vector>

#include "base/result.h"
#include "fsverity/digest.h"

namespace cfs::tools {

struct ImageObjects {
  u64 size = 0;                 // of the image, in bytes
  std::vector<Digest> objects;  // that it needs, each once, sorted by digest
  std::vector<u64> sizes;       // that it says they have, in bytes
};

// Reads the image in the open file. EBADMSG when it is none, or when a file in it has an object
// that is not the one of its digest.
Result<ImageObjects> read_image_objects(int image);

}  // namespace cfs::tools
