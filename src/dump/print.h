// SPDX-License-Identifier: LGPL-2.1-or-later

// Printing a tree as `composefs-info` does (composefs 1.0.8): dump lines, `ls` lines, object names.

#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "tree/tree.h"

namespace cfs::dump {

// Receives the text in pieces; the first failure ends the printing.
using Write = std::function<Result<>(std::string_view)>;

// Depth first, children sorted, root first.
Result<> print(const Tree& tree, const Write& write);
Result<> print_ls(const Tree& tree, const Write& write);

}  // namespace cfs::dump
