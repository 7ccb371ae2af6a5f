// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tree/xattrs.h"

#include <xxhash.h>

#include <algorithm>

namespace cfs::tree {

namespace {
u64 hash_of(const void* data, std::size_t size, u64 seed = hash_seed()) {
  return XXH3_64bits_withSeed(data, size, seed);
}
}  // namespace

XattrPool::XattrPool() : set_begin_{0, 0} {}

XattrId XattrPool::intern_pair(const Xattr& xattr) {
  u64 hash =
      hash_of(xattr.value.data(), xattr.value.size(), hash_of(xattr.key.data(), xattr.key.size()));
  auto fresh = static_cast<XattrId>(pairs_.size());
  XattrId id = pair_index_.find_or_insert(hash, fresh,
                                          [&](XattrId other) { return pairs_[other] == xattr; });
  if (id == fresh) pairs_.push_back({arena_.copy(xattr.key), arena_.copy(xattr.value)});
  return id;
}

XattrSetId XattrPool::intern(std::span<const Xattr> list) {
  std::size_t begin = members_.size();
  for (const Xattr& xattr : list) members_.push_back(intern_pair(xattr));
  return intern_members(begin);
}

XattrSetId XattrPool::intern(std::span<const XattrId> list) {
  std::size_t begin = members_.size();
  members_.insert(members_.end(), list.begin(), list.end());
  return intern_members(begin);
}

// The list stands at the end of members_ and stays there only if it is new.
XattrSetId XattrPool::intern_members(std::size_t begin) {
  if (begin == members_.size()) return 0;
  auto candidate = std::span(members_).subspan(begin);
  auto fresh = static_cast<XattrSetId>(set_count());
  XattrSetId id = set_index_.find_or_insert(
      hash_of(candidate.data(), candidate.size_bytes()), fresh,
      [&](XattrSetId other) { return std::ranges::equal(set(other), candidate); });
  if (id == fresh)
    set_begin_.push_back(static_cast<u32>(members_.size()));
  else
    members_.resize(begin);
  return id;
}

}  // namespace cfs::tree
