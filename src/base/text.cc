// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/text.h"

#include <array>

namespace cfs {

namespace {
constexpr char kHex[] = "0123456789abcdef";
}

void append_hex(std::string& out, Bytes bytes) {
  for (std::byte b : bytes) {
    out += kHex[static_cast<u8>(b) >> 4];
    out += kHex[static_cast<u8>(b) & 15];
  }
}

std::string to_hex(Bytes bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  append_hex(out, bytes);
  return out;
}

namespace {
constexpr auto kHexValues = [] {
  std::array<signed char, 256> values{};
  values.fill(-1);
  for (int i = 0; i < 10; ++i) values[static_cast<u8>('0' + i)] = static_cast<signed char>(i);
  for (int i = 0; i < 6; ++i)
    values[static_cast<u8>('a' + i)] = values[static_cast<u8>('A' + i)] =
        static_cast<signed char>(10 + i);
  return values;
}();
}  // namespace

int hex_digit(char c) { return kHexValues[static_cast<u8>(c)]; }

bool from_hex(std::string_view hex, MutableBytes out) {
  if (hex.size() != out.size() * 2) return false;
  int all = 0;  // negative as soon as one digit is
  for (std::size_t i = 0; i < out.size(); ++i) {
    int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);
    all |= high | low;
    out[i] = static_cast<std::byte>(high * 16 + low);
  }
  return all >= 0;
}

std::string printable(std::string_view text, std::size_t limit) {
  const int kept = errno;
  std::string out;
  for (char c : text.substr(0, limit)) {
    if (c > ' ' && c <= '~' && c != '\\') {
      out += c;
    } else {
      out += "\\x";
      append_hex(out, as_bytes({&c, 1}));
    }
  }
  if (text.size() > limit) out += "...";
  errno = kept;
  return out;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

std::string octal(u32 value) {
  char digits[12];
  return {digits, std::to_chars(digits, digits + sizeof digits, value, 8).ptr};
}

std::optional<u64> parse_decimal(std::string_view text) {
  u64 value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

}  // namespace cfs
