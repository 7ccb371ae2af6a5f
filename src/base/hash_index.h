// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <vector>

#include "base/types.h"

namespace cfs {

// The seed of every hash in an index: drawn at random when it is first asked for, then the same.
// With a seed that is known, whoever wrote the input could choose it so that all of it has one
// hash, and every look-up would go through everything.
u64 hash_seed();

// Finds 32-bit ids by the hash of what they stand for; the things themselves live elsewhere and are
// compared by the caller. Open addressing, eight bytes a slot, at most half full.
class HashIndex {
 public:
  static constexpr u32 kNone = ~u32{0};

  HashIndex() { resize(16); }
  // Room for `count` ids without growing.
  explicit HashIndex(std::size_t count) { resize(std::bit_ceil(count * 2 + 16)); }

  // The id with this hash for which equal(id) holds, or kNone.
  template <class Equal>
  u32 find(u64 hash, Equal equal) const {
    u32 tag = tag_of(hash);
    for (std::size_t at = tag & mask_; slots_[at].id != kNone; at = (at + 1) & mask_)
      if (slots_[at].tag == tag && equal(slots_[at].id)) return slots_[at].id;
    return kNone;
  }

  // The same, but puts `id` there when nothing is found, and returns it.
  template <class Equal>
  u32 find_or_insert(u64 hash, u32 id, Equal equal) {
    u32 tag = tag_of(hash);
    std::size_t at = tag & mask_;
    for (; slots_[at].id != kNone; at = (at + 1) & mask_)
      if (slots_[at].tag == tag && equal(slots_[at].id)) return slots_[at].id;
    slots_[at] = {tag, id};
    if (++used_ * 2 > slots_.size()) grow();
    return id;
  }

 private:
  struct Slot {
    u32 tag, id;
  };
  static u32 tag_of(u64 hash) { return static_cast<u32>(hash ^ (hash >> 32)); }

  void resize(std::size_t size) {
    slots_.assign(size, {0, kNone});
    mask_ = size - 1;
  }
  void grow() {
    std::vector<Slot> old;
    old.swap(slots_);
    resize(old.size() * 2);
    for (Slot slot : old) {
      if (slot.id == kNone) continue;
      std::size_t at = slot.tag & mask_;
      while (slots_[at].id != kNone) at = (at + 1) & mask_;
      slots_[at] = slot;
    }
  }

  std::vector<Slot> slots_;
  std::size_t mask_ = 0;
  std::size_t used_ = 0;
};

}  // namespace cfs
