// SPDX-License-Identifier: LGPL-2.1-or-later

#include "dump_text.h"

namespace conformance {

namespace {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::string Line::text() const {
  std::string text;
  for (const std::string& word : words) {
    if (&word != &words.front()) text += ' ';
    text += word;
  }
  return text;
}

Line Line::of(std::string_view text) { return {split(text, ' ')}; }

std::string text_of(const Dump& dump) {
  std::string text;
  for (const Line& line : dump) text += line.text() + '\n';
  return text;
}

Dump dump_of(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  Dump dump;
  for (const std::string& line : split(text, '\n')) dump.push_back(Line::of(line));
  return dump;
}

std::string escaped(std::string_view bytes, bool equals_too) {
  std::string text;
  for (char c : bytes) {
    switch (c) {
      case '\\': text += "\\\\"; break;
      case '\n': text += "\\n"; break;
      case ' ': text += "\\x20"; break;
      case '\0': text += "\\x00"; break;
      default:
        if (c == '=' && equals_too)
          text += "\\x3d";
        else
          text += c;
    }
  }
  return text;
}

}  // namespace conformance
