// SPDX-License-Identifier: LGPL-2.1-or-later

#include "dump/escape.h"

#include <gtest/gtest.h>

#include <cstdio>

namespace cfs::dump {
namespace {

// The rules again, a byte at a time.
std::string escaped_simply(std::string_view bytes, Escape mode) {
  std::string out;
  for (char c : bytes) {
    char hex[5];
    std::snprintf(hex, sizeof hex, "\\x%02x", static_cast<unsigned char>(c));
    if (c == '\\')
      out += "\\\\";
    else if (c == '\n')
      out += "\\n";
    else if (c == '\r')
      out += "\\r";
    else if (c == '\t')
      out += "\\t";
    else if (c == '=' && mode == Escape::kXattr)
      out += hex;
    else if (c == ' ' && mode == Escape::kPath)
      out += c;
    else if (c > ' ' && c < 0x7f)
      out += c;
    else
      out += hex;
  }
  return out;
}

TEST(Escape, EveryByteAtEveryPlace) {
  for (Escape mode : {Escape::kField, Escape::kPath, Escape::kXattr})
    for (std::size_t size = 1; size <= 20; ++size)
      for (std::size_t at = 0; at < size; ++at)
        for (int byte = 0; byte < 256; ++byte)
          for (char around : {'!', '~', 'x'}) {
            std::string text(size, around);
            text[at] = static_cast<char>(byte);
            std::string out = "before";
            append_escaped(out, text, mode);
            ASSERT_EQ(out, "before" + escaped_simply(text, mode))
                << size << " " << at << " " << byte;
          }
}

TEST(Escape, BytesNextToEachOther) {
  for (int first = 0; first < 256; ++first)
    for (int second = 0; second < 256; ++second) {
      std::string text = "eight__";
      text += static_cast<char>(first);
      text += static_cast<char>(second);
      text += "and more";
      for (Escape mode : {Escape::kField, Escape::kPath, Escape::kXattr}) {
        std::string out;
        append_escaped(out, text.substr(0, 9), mode);
        ASSERT_EQ(out, escaped_simply(text.substr(0, 9), mode)) << first << " " << second;
        out.clear();
        append_escaped(out, text.substr(4), mode);
        ASSERT_EQ(out, escaped_simply(text.substr(4), mode)) << first << " " << second;
      }
    }
}

}  // namespace
}  // namespace cfs::dump
