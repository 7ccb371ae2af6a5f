// SPDX-License-Identifier: LGPL-2.1-or-later

#include "mutate.h"

#include "dump_text.h"

namespace conformance {

namespace {

void change_byte(std::string& text, Random& random) {
  static constexpr char kBytes[] = {' ', '\n', '\\', '-', '@', '0', '7', '8', '/', '=', '.', 'x',
                                    '\0', '\x80', '\t', '\r', '+', 'n', 'a'};
  std::size_t at = random.below(text.size());
  switch (random.below(3)) {
    case 0: text[at] = random.pick(kBytes); break;
    case 1: text.insert(at, 1, random.pick(kBytes)); break;
    default: text.erase(at, 1);
  }
}

void change_word(Dump& dump, Random& random) {
  static const std::string kWords[] = {
      "", "-", "0", "1", "-1", "+7", " 7", "\t7", "07", "8", "x", "1.", ".5", "1.5", "1.5.5", "-0.0", "1,5",
      "65536", "4294967295", "4294967296", "18446744073709551615", "18446744073709551616",
      "9007199254740992", "9007199254740993", "18446735277616529408", "18446735277616529409",
      "/", "//", "a", "/a", "/.", "/..", "/a/", "/a//b", "/no/such", "@", "@100644", "@40755", "100644",
      "40755", "120777", "20644", "0100644", "644", "170000", "@120000", "\\", "\\x", "\\x0", "\\xzz", "\\q",
      "\\x00", "\\x2d", "\\n", "a\\x00b", "=", "=v", "user.a", "user.a=", "user.a=1", "user.a==", "a\\x3db=c",
      "user.\\x00=1", "\\x00=1", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
      "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef", "0123", "abcg"};
  Line& line = dump[random.below(dump.size())];
  std::size_t at = random.below(line.words.size());
  switch (random.below(6)) {
    case 0: line.words.erase(line.words.begin() + static_cast<std::ptrdiff_t>(at)); break;
    case 1: line.words.insert(line.words.begin() + static_cast<std::ptrdiff_t>(at), random.pick(kWords)); break;
    case 2: line.words.resize(random.between(1, line.words.size())); break;
    case 3: line.words[at] = random.pick(dump[random.below(dump.size())].words); break;
    default: line.words[at] = random.pick(kWords);
  }
  if (line.words.empty()) line.words.emplace_back();
}

void change_lines(Dump& dump, Random& random) {
  std::size_t a = random.below(dump.size()), b = random.below(dump.size());
  switch (random.below(4)) {
    case 0: std::swap(dump[a], dump[b]); break;
    case 1: dump.insert(dump.begin() + static_cast<std::ptrdiff_t>(a), Line(dump[b])); break;
    case 2: dump.erase(dump.begin() + static_cast<std::ptrdiff_t>(a)); break;
    default: {  // a becomes a link to b
      Line& line = dump[a];
      if (line.words.size() <= kPayload || dump[b].words.empty()) return;
      line.words[kMode] = "@" + line.words[kMode];
      line.words[kPayload] = dump[b].words[kPath];
    }
  }
}

// Sizes and words at the limits of one line.
void overdo(Dump& dump, Random& random) {
  Line& line = dump[random.below(dump.size())];
  if (line.words.size() < kFields) return;
  static constexpr std::size_t kLengths[] = {254, 255, 256, 4095, 4096, 5000, 5001, 32000, 65536};
  std::size_t length = random.pick(kLengths);
  std::string word(length, 'w');
  switch (random.below(5)) {
    case 0: line.words[kPath] += word; break;
    case 1: line.words[kPayload] = word; break;
    case 2: line.words[kContent] = word; line.words[kSize] = std::to_string(length); break;
    case 3: line.words.push_back("user." + word + "=1"); break;
    default: line.words.push_back("user.x=" + word);
  }
}

}  // namespace

std::string mutated(std::string dump, Random& random) {
  for (std::size_t n = random.between(1, 3); n > 0 && !dump.empty(); --n) {
    if (random.percent(25)) {
      change_byte(dump, random);
      continue;
    }
    if (random.percent(5)) {
      dump.resize(random.below(dump.size()));
      continue;
    }
    Dump lines = dump_of(dump);
    if (random.percent(15)) overdo(lines, random);
    else if (random.percent(25)) change_lines(lines, random);
    else change_word(lines, random);
    dump = text_of(lines);
  }
  return dump;
}

}  // namespace conformance
