// SPDX-License-Identifier: LGPL-2.1-or-later

#include "random_spelling.h"

#include <cstdio>

#include "dump_text.h"

namespace conformance {

std::string random_word(Random& random, std::size_t length) {
  static constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCXYZ0123456789_.-";
  std::string word;
  while (word.size() < length) word += kLetters[random.below(kLetters.size())];
  return word;
}

std::string random_bytes(Random& random, std::size_t length) {
  if (random.percent(50)) return random_word(random, length);
  std::string bytes;
  while (bytes.size() < length) bytes += static_cast<char>(random.below(256));
  return bytes;
}

std::string random_hex(Random& random, std::size_t digits) {
  std::string hex;
  while (hex.size() < digits) hex += "0123456789abcdef"[random.below(16)];
  return hex;
}

Xattr random_xattr(Random& random) {
  static const std::string kKeys[] = {
      "user.a", "user.b", "user.b2", "user.", "user.overlay.opaque", "user.overlay.redirect",
      "user.overlay.whiteout", "user.overlay.whiteouts", "security.selinux", "security.selinux",
      "security.capability", "security.ima", "trusted.t", "trusted.", "trusted.overlay.opaque",
      "trusted.overlay.redirect", "trusted.overlay.metacopy", "trusted.overlay.overlay.x",
      "trusted.overlay.", "trusted.overlay", "system.posix_acl_access", "system.posix_acl_default",
      "system.posix_acl_accessX", "system.other", "lustre.lov", "foo", "\xc3\xa4="};
  static constexpr std::size_t kLengths[] = {0, 1, 2, 3, 4, 5, 7, 8, 31, 35, 36, 37, 100, 255, 256, 1000, 4000};
  Xattr xattr;
  if (random.percent(70)) {
    xattr.key = random.pick(kKeys);
  } else {
    static const std::string kPrefixes[] = {"user.", "trusted.", "security.", ""};
    xattr.key = random.pick(kPrefixes);
    xattr.key += random_word(random, random.percent(10) ? 255 - xattr.key.size() : random.between(1, 40));
  }
  xattr.value = random_bytes(random, random.percent(30) ? random.pick(kLengths) : random.between(0, 30));
  return xattr;
}

std::string Spelling::number(std::uint64_t value) {
  static const std::string kBefore[] = {"+", "0", "000", "\t", "\t+0", "\v", "\f", "\r"};
  std::string digits = std::to_string(value);
  return r_.percent(odd_) ? r_.pick(kBefore) + digits : digits;
}

std::string Spelling::number32() {
  static constexpr std::uint64_t kValues[] = {0, 0, 0, 1, 1000, 65534, 65535, 65536, 100000, 0xfffffffe, 0xffffffff};
  static const std::string kOdd[] = {"-1", "-4294967295", "99999999999999999999999", "-0"};
  if (r_.percent(odd_)) return r_.pick(kOdd);
  std::uint64_t value = r_.pick(kValues);
  if (r_.percent(odd_)) value += std::uint64_t{1} << r_.between(32, 40);
  return number(value);
}

std::string Spelling::time() {
  static const std::string kTimes[] = {"0.0", "0.0", "1.5", "1633950376.123456789", "-5.7", "-1.999999999",
                                       "4294967296.0", "9223372036854775807.999999999", "0.1", "0.999999999",
                                       "-9223372036854775808.0", "18446744073709551615.0", "7.4294967295", "0.4294967296"};
  if (r_.percent(50)) return r_.pick(kTimes);
  return number(r_.next() % 4000000000) + "." + number(r_.below(1000000000));
}

std::string Spelling::mode(char type) {
  static constexpr unsigned kBits[] = {0644, 0755, 0600, 0777, 0, 04755, 02755, 01777, 07777};
  unsigned mode = r_.pick(kBits);
  switch (type) {
    case 'd': mode |= 0040000; break;
    case 'f': mode |= 0100000; break;
    case 'l': mode |= 0120000; break;
    case 'c': mode |= 0020000; break;
    case 'b': mode |= 0060000; break;
    case 'p': mode |= 0010000; break;
    default: mode |= 0140000;
  }
  if (r_.percent(odd_ / 2)) mode |= 0200000u << r_.below(14);  // beyond the 16 bits that are kept
  char text[24];
  std::snprintf(text, sizeof text, "%s%o", r_.percent(odd_) ? "0" : "", mode);
  return text;
}

std::string Spelling::path(std::string_view path) {
  std::string text;
  for (std::size_t at = 0; at < path.size();) {
    std::size_t end = path.find('/', at + 1);
    if (end == path.npos) end = path.size();
    bool leading_slash = at > 0 || !r_.percent(odd_);
    text += !leading_slash ? "" : r_.percent(odd_ / 4) ? "//" : "/";
    text += string(path.substr(at + 1, end - at - 1), false);
    at = end;
  }
  return text;
}

std::string Spelling::string(std::string_view bytes, bool is_key) {
  static const std::string kDash = "\\x2d";
  if (bytes == "-") return kDash;
  std::string text;
  for (char c : bytes) {
    if (!r_.percent(odd_ / 4)) {
      text += escaped({&c, 1}, is_key);
      continue;
    }
    char hex[8];
    std::snprintf(hex, sizeof hex, r_.percent(50) ? "\\x%02x" : "\\x%02X", static_cast<unsigned char>(c));
    text += hex;
  }
  return text;
}

}  // namespace conformance
