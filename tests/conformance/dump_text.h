// SPDX-License-Identifier: LGPL-2.1-or-later

// Dumps as text, to be made, taken apart and put together again. Knows how a line is laid out, not
// what it means: meaning is what the programs under test are compared on.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace conformance {

enum Field { kPath, kSize, kMode, kNlink, kUid, kGid, kRdev, kMtime, kPayload, kContent, kDigest, kFields };

// Fields as they are written. Lines that are not well-formed may have fewer.
struct Line {
  std::vector<std::string> words;

  std::string text() const;
  static Line of(std::string_view text);
  bool is_link() const { return words.size() > kMode && words[kMode].starts_with('@'); }
};

using Dump = std::vector<Line>;

std::string text_of(const Dump& dump);
// The inverse of text_of.
Dump dump_of(std::string_view text);

// What must be escaped, is: backslash, newline, space and NUL (and `=` where asked for).
std::string escaped(std::string_view bytes, bool equals_too = false);

}  // namespace conformance
