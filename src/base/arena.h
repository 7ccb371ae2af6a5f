// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/types.h"

namespace cfs {

// Bytes that live as long as the arena and never move.
class Arena {
 public:
  char* allocate(std::size_t size) {
    if (size > kChunk / 8) return chunk(size);
    if (size > left_) {
      at_ = chunk(kChunk);
      left_ = kChunk;
    }
    left_ -= size;
    return std::exchange(at_, at_ + size);
  }
  std::string_view copy(std::string_view text) {
    if (text.empty()) return {"", 0};
    char* to = allocate(text.size());
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }
  // Takes over another arena's chunks; views into it stay valid.
  void adopt(Arena&& other) {
    for (auto& c : other.chunks_) chunks_.push_back(std::move(c));
    other = Arena();
  }

 private:
  static constexpr std::size_t kChunk = 256 << 10;
  char* chunk(std::size_t size) {
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(size));
    return chunks_.back().get();
  }

  std::vector<std::unique_ptr<char[]>> chunks_;
  char* at_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace cfs
