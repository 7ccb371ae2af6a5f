// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace cfs {

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using i64 = std::int64_t;

using Bytes = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;

inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Rounds up and down to a multiple of `to`, which must be a power of two.
template <class T>
constexpr T round_up(T value, T to) {
  return static_cast<T>((value + to - 1) & ~(to - 1));
}
template <class T>
constexpr T round_down(T value, T to) {
  return static_cast<T>(value & ~(to - 1));
}

// Unaligned little-endian integers for on-disk structs: read and written like plain ones.
template <class T>
class Little {
 public:
  constexpr Little() = default;
  constexpr Little(T value) { *this = value; }
  constexpr Little& operator=(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i)
      bytes_[i] = static_cast<u8>(value >> (8 * i));
    return *this;
  }
  constexpr operator T() const {
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i)
      value = static_cast<T>(value | static_cast<T>(static_cast<T>(bytes_[i]) << (8 * i)));
    return value;
  }

 private:
  u8 bytes_[sizeof(T)] = {};
};
using le16 = Little<u16>;
using le32 = Little<u32>;
using le64 = Little<u64>;
static_assert(sizeof(le64) == 8 && alignof(le64) == 1);

// The bytes of an on-disk struct.
template <class T>
Bytes bytes_of(const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  return {reinterpret_cast<const std::byte*>(&value), sizeof(T)};
}

}  // namespace cfs
