// SPDX-License-Identifier: LGPL-2.1-or-later

#include "minimise.h"

#include <algorithm>
#include <utility>

#include "dump_text.h"

namespace conformance {

namespace {

class Minimiser {
 public:
  Minimiser(Dump dump, const std::function<bool(const std::string&)>& fails, int tries)
      : dump_(std::move(dump)), fails_(fails), tries_(tries) {}

  Dump run() {
    drop_lines();
    for (Line& line : dump_) simplify(line);
    drop_lines();
    return dump_;
  }

 private:
  bool still_fails() { return tries_-- > 0 && fails_(text_of(dump_)); }

  // Runs of lines, long ones first, from the end: children go before their parents.
  void drop_lines() {
    for (std::size_t length = std::max<std::size_t>(dump_.size() / 2, 1); length > 0; length /= 2) {
      for (std::size_t end = dump_.size(); end > 0; end = std::min(end - std::min(end, length), dump_.size())) {
        std::size_t begin = end - std::min(end, length);
        Dump before = dump_;
        dump_.erase(dump_.begin() + static_cast<std::ptrdiff_t>(begin),
                    dump_.begin() + static_cast<std::ptrdiff_t>(end));
        if (!still_fails()) dump_ = std::move(before);
      }
    }
  }

  void simplify(Line& line) {
    for (std::size_t i = line.words.size(); i > kFields; --i) {
      Line before = line;
      line.words.erase(line.words.begin() + static_cast<std::ptrdiff_t>(i) - 1);
      if (!still_fails()) line = std::move(before);
    }
    for (std::size_t i = 1; i < line.words.size(); ++i) {
      for (const char* plain : {"-", "0", "1", "0.0", "x", "100644"}) {
        if (line.words[i] == plain) break;
        std::string before = std::exchange(line.words[i], plain);
        if (still_fails()) break;
        line.words[i] = std::move(before);
      }
      shorten(line.words[i]);
    }
  }

  void shorten(std::string& word) {
    while (word.size() > 8) {
      std::string before = word;
      word.resize(word.size() / 2);
      if (still_fails()) continue;
      word = std::move(before);
      return;
    }
  }

  Dump dump_;
  const std::function<bool(const std::string&)>& fails_;
  int tries_;
};

}  // namespace

std::string minimise(std::string dump, const std::function<bool(const std::string&)>& fails, int tries) {
  std::string smaller = text_of(Minimiser(dump_of(dump), fails, tries).run());
  return fails(smaller) ? smaller : dump;
}

}  // namespace conformance
