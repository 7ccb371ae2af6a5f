// SPDX-License-Identifier: LGPL-2.1-or-later

// The composefs dump format: one line an entry, eleven fields and extended attributes
// (composefs-dump(5); texts of errors as in composefs 1.0.8).

#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "tree/tree.h"

namespace cfs::dump {

struct ParseOptions {
  bool strict = false;  // CFS_PARSE_STRICT
  bool sha512 = false;  // 128 hex digits are a digest too; composefs 1.0.8 refuses them
  // Told now and then that the text before an offset will not be looked at again.
  std::function<void(std::size_t)> consumed = {};
};

// The tree keeps copies of what it needs of `text`. The first error ends the parse; its text is
// the reference's with " (line L, column C)" after it, both counted from 1, the column in bytes.
Result<Tree> parse(std::string_view text, const ParseOptions& options = {});

}  // namespace cfs::dump
