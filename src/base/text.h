// SPDX-License-Identifier: LGPL-2.1-or-later

// Small text tools that the boot helper can afford: no iostream, no locale.

#pragma once

#include <cerrno>
#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"

namespace cfs {

inline void append_to(std::string& out, std::string_view text) { out += text; }
inline void append_to(std::string& out, char c) { out += c; }
template <std::integral T>
requires(!std::same_as<T, char> && !std::same_as<T, bool>) void append_to(std::string& out,
                                                                          T value) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

// cat("line ", 7, ": ", text). As printable(), keeps errno, which an allocation may set even if it
// succeeds: fail(errno, cat(…)) may read it before or after.
template <class... Parts>
std::string cat(const Parts&... parts) {
  const int kept = errno;
  std::string out;
  (append_to(out, parts), ...);
  errno = kept;
  return out;
}

// Lower-case hex, two digits a byte.
std::string to_hex(Bytes bytes);
void append_hex(std::string& out, Bytes bytes);
// Either case; false unless `hex` is exactly twice as long as `out` and nothing but hex digits.
bool from_hex(std::string_view hex, MutableBytes out);
// 0…15, or -1.
int hex_digit(char c);

// For messages: printable ASCII as it is, everything else as \xHH, at most `limit` bytes of input.
std::string printable(std::string_view text, std::size_t limit = 256);

// ASCII letters alone: for FAT, and who reads it, "EFI" and "efi" are one name.
std::string lower_case(std::string_view text);

// Without a leading zero.
std::string octal(u32 value);

// A decimal number and nothing else.
std::optional<u64> parse_decimal(std::string_view text);

}  // namespace cfs
