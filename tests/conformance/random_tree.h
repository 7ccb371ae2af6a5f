// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

#include "random.h"

namespace conformance {

// Fills the empty directory `root` with about `count` entries of every kind that the file system
// and the user's rights allow: sizes around those that matter, equal contents, hard links, devices,
// whiteouts, attributes, odd names, owners, modes and times.
void random_tree(const std::string& root, std::size_t count, Random& random);

}  // namespace conformance
