// SPDX-License-Identifier: LGPL-2.1-or-later

// Random words of a dump, in the usual spelling or in an odd one that means the same.

#pragma once

#include <string>
#include <string_view>

#include "random.h"

namespace conformance {

struct Xattr {
  std::string key, value;
};

std::string random_word(Random& random, std::size_t length);   // letters and digits
std::string random_bytes(Random& random, std::size_t length);  // often any byte, often text
std::string random_hex(Random& random, std::size_t digits);
Xattr random_xattr(Random& random);

class Spelling {
 public:
  explicit Spelling(Random& random) : r_(random) {}
  void set_odd_chance(unsigned percent) { odd_ = percent; }

  std::string number(std::uint64_t value);
  std::string number32();  // any value, a multiple of 2^32 on top of it sometimes
  std::string time();
  std::string mode(char type);  // d f l c b p s
  std::string path(std::string_view path);
  std::string string(std::string_view bytes, bool is_key = false);

 private:
  Random& r_;
  unsigned odd_ = 0;
};

}  // namespace conformance
