// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <optional>
#include <string_view>

#include "base/types.h"

namespace cfs::dump {

enum Field { kPath, kSize, kMode, kNlink, kUid, kGid, kRdev, kMtime, kPayload, kContent, kDigest };
inline constexpr int kFieldCount = 11;

// One line, split at single spaces. A field that the line is too short for is empty and lies at the
// line's end, so that every field has a position.
struct Line {
  std::string_view field[kFieldCount];
  std::string_view xattrs;  // everything after the digest and its space

  static Line split(std::string_view text) {
    Line line;
    for (auto& field : line.field) {
      std::size_t space = text.find(' ');
      field = text.substr(0, space);
      text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    }
    line.xattrs = text;
    return line;
  }
};

// strtoull over the whole field: leading white space and a sign are allowed, too large a number
// becomes 2^64 - 1, a negative one wraps. Nothing when anything else is in the field.
inline std::optional<u64> parse_integer(std::string_view text, unsigned base) {
  std::size_t at = 0;
  while (at < text.size() && (text[at] == ' ' || (text[at] >= '\t' && text[at] <= '\r'))) ++at;
  bool negative = at < text.size() && text[at] == '-';
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  if (at == text.size()) return {};
  u64 value = 0;
  bool overflow = false;
  for (; at < text.size(); ++at) {
    auto digit = static_cast<u64>(static_cast<unsigned char>(text[at])) - '0';
    if (digit >= base) return {};
    overflow |= __builtin_mul_overflow(value, u64{base}, &value);
    overflow |= __builtin_add_overflow(value, digit, &value);
  }
  if (overflow) return ~u64{0};
  return negative ? 0 - value : value;
}

}  // namespace cfs::dump
