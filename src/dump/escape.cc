// SPDX-License-Identifier: LGPL-2.1-or-later

#include "dump/escape.h"

#include "base/text.h"

namespace cfs::dump {

tl::expected<std::string_view, EscapeError> unescape(std::string_view field, Arena& arena) {
  std::size_t slash = field.find('\\');
  if (slash == std::string_view::npos) return field;
  char* begin = arena.allocate(field.size());
  char* to = std::copy(field.begin(), field.begin() + static_cast<std::ptrdiff_t>(slash), begin);

  auto refuse = [](std::size_t offset, std::string text) {
    return tl::unexpected<EscapeError>(EscapeError{offset, std::move(text)});
  };
  for (std::size_t i = slash; i < field.size(); ++i) {
    if (field[i] != '\\') {
      *to++ = field[i];
      continue;
    }
    std::size_t start = i;
    if (++i == field.size()) return refuse(start, "No character after escape");
    switch (field[i]) {
      case '\\': *to++ = '\\'; break;
      case 'n': *to++ = '\n'; break;
      case 'r': *to++ = '\r'; break;
      case 't': *to++ = '\t'; break;
      case 'x': {
        if (field.size() - i < 3) return refuse(start, "No hex characters after hex escape");
        int high = hex_digit(field[i + 1]), low = hex_digit(field[i + 2]);
        if (high < 0 || low < 0) return refuse(start, "Invalid hex characters after hex escape");
        *to++ = static_cast<char>(high * 16 + low);
        i += 2;
        break;
      }
      default: return refuse(start, cat("Unsupported escape type ", printable(field.substr(i, 1))));
    }
  }
  return std::string_view(begin, static_cast<std::size_t>(to - begin));
}

namespace {

bool is_raw(char c, Escape mode) {
  if (c == ' ') return mode == Escape::kPath;
  return c > ' ' && c <= '~' && c != '\\' && !(mode == Escape::kXattr && c == '=');
}

// Whether eight bytes surely are raw. What is not shows in the high bit of its byte, and through a
// borrow or a carry perhaps in its neighbour's too.
bool all_raw(const char* bytes, Escape mode) {
  constexpr u64 kOnes = 0x0101010101010101, kHigh = 0x8080808080808080;
  auto zeros = [](u64 word) { return (word - kOnes) & ~word; };
  const u64 lowest = mode == Escape::kPath ? ' ' : ' ' + 1;
  const u64 equals = mode == Escape::kXattr ? '=' : '\\';
  u64 word;
  std::memcpy(&word, bytes, sizeof word);
  u64 bad = (word - kOnes * lowest) | word | (word + kOnes) | zeros(word ^ (kOnes * '\\')) |
            zeros(word ^ (kOnes * equals));
  return (bad & kHigh) == 0;
}

// How many bytes at the front are raw.
std::size_t raw_bytes(std::string_view bytes, Escape mode) {
  constexpr std::size_t kWord = sizeof(u64);
  std::size_t at = 0, size = bytes.size();
  while (at + kWord <= size && all_raw(bytes.data() + at, mode)) at += kWord;
  if (size >= kWord && at + kWord > size && all_raw(bytes.data() + size - kWord, mode)) return size;
  while (at < size && is_raw(bytes[at], mode)) ++at;
  return at;
}

void append_escape(std::string& out, char c) {
  out += '\\';
  switch (c) {
    case '\\': out += '\\'; break;
    case '\n': out += 'n'; break;
    case '\r': out += 'r'; break;
    case '\t': out += 't'; break;
    default:
      out += 'x';
      append_hex(out, as_bytes({&c, 1}));
  }
}

}  // namespace

void append_escaped(std::string& out, std::string_view bytes, Escape mode) {
  while (!bytes.empty()) {
    std::size_t raw = raw_bytes(bytes, mode);
    out += bytes.substr(0, raw);
    bytes.remove_prefix(raw);
    if (bytes.empty()) break;
    append_escape(out, bytes.front());
    bytes.remove_prefix(1);
  }
}

}  // namespace cfs::dump
