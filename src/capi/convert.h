// SPDX-License-Identifier: LGPL-2.1-or-later

// Between nodes and the tree that images are written from and read into.

#pragma once

#include "base/result.h"
#include "capi/node.h"

namespace cfs::capi {

// The tree points into the nodes. Hard links lead to the end of their chain: ELOOP for a cycle,
// EINVAL when that is a directory or not below `root`. EINVAL for names that no directory may list.
Result<Tree> to_tree(const Node& root);

NodePtr from_tree(const Tree& tree);

}  // namespace cfs::capi
