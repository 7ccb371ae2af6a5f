// SPDX-License-Identifier: LGPL-2.1-or-later

// What a tree that was read, not scanned, says of its contents.

#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "tree/tree.h"

namespace cfs::store {

struct NamedObject {
  Digest digest;
  u64 size = 0;         // in bytes
  tree::InodeId inode;  // the first file with this content
};

// The objects that a tree needs, each once, sorted by digest. Only what a boot can find and check
// is taken: EINVAL "PATH: WHY" for a file with content but without a digest, or with one of another
// algorithm than `alg`, for a payload that is not the object of the digest (nor may it begin with a
// slash: the image would say "//xx/rest", which overlayfs takes for damaged), and for one content
// with two sizes.
Result<std::vector<NamedObject>> named_objects(const Tree& tree, std::optional<HashAlg> alg);

}  // namespace cfs::store
