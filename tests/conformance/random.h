// SPDX-License-Identifier: LGPL-2.1-or-later

// Random choices that are the same on every machine for the same seed (the standard library's
// distributions are not).

#pragma once

#include <array>
#include <cstdint>
#include <cstddef>
#include <utility>
#include <vector>

namespace conformance {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  // splitmix64
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  // 0 … n-1
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
  // low … high
  std::size_t between(std::size_t low, std::size_t high) { return low + below(high - low + 1); }
  bool percent(unsigned chance) { return below(100) < chance; }

  template <class T, std::size_t N>
  const T& pick(const T (&from)[N]) { return from[below(N)]; }
  template <class T>
  const T& pick(const std::vector<T>& from) { return from[below(from.size())]; }

  template <class T>
  void shuffle(std::vector<T>& list) {
    for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[below(i)]);
  }

 private:
  std::uint64_t state_;
};

}  // namespace conformance
