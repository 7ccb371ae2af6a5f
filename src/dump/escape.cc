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

void append_escaped(std::string& out, std::string_view bytes, Escape mode) {
  for (char c : bytes) {
    bool raw = c > ' ' && c <= '~' && c != '\\' && !(mode == Escape::kXattr && c == '=');
    if (raw || (mode == Escape::kPath && c == ' ')) {
      out += c;
      continue;
    }
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
}

}  // namespace cfs::dump
