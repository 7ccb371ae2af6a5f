// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <vector>

#include "base/arena.h"
#include "base/hash_index.h"
#include "base/types.h"

namespace cfs::tree {

struct Xattr {
  std::string_view key;    // full name, "security.selinux"
  std::string_view value;  // any bytes
  bool operator==(const Xattr&) const = default;
};

using XattrId = u32;     // a distinct (key, value) pair
using XattrSetId = u32;  // a distinct list of pairs; 0 is the empty one

// A million inodes carry a few dozen different lists of attributes: lists and pairs are stored once
// and named by number. A list keeps the order in which its attributes were given.
class XattrPool {
 public:
  XattrPool();

  // The bytes are copied; keys must be unique within a list.
  XattrSetId intern(std::span<const Xattr> list);
  XattrSetId intern(std::span<const XattrId> list);
  XattrId intern_pair(const Xattr& xattr);

  std::span<const XattrId> set(XattrSetId id) const {
    return std::span(members_).subspan(set_begin_[id], set_begin_[id + 1] - set_begin_[id]);
  }
  const Xattr& pair(XattrId id) const { return pairs_[id]; }
  std::size_t pair_count() const { return pairs_.size(); }
  std::size_t set_count() const { return set_begin_.size() - 1; }

 private:
  XattrSetId intern_members(std::size_t begin);

  Arena arena_;
  std::vector<Xattr> pairs_;
  HashIndex pair_index_;
  std::vector<XattrId> members_;
  std::vector<u32> set_begin_;  // set i is members_[set_begin_[i] … set_begin_[i + 1])
  HashIndex set_index_;
};

}  // namespace cfs::tree
