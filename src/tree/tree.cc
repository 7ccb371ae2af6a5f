// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tree/tree.h"

#include <algorithm>
#include <cerrno>
#include <numeric>

namespace cfs::tree {

void Tree::set_digest(InodeId id, const Digest& digest) {
  const std::size_t at = digests_.size(), size = digest.bytes().size();
  digests_.resize(at + size / sizeof(Half));
  std::memcpy(digests_[at].data(), digest.bytes().data(), size);
  inodes_[id].digest = static_cast<u32>(at + 1);
  inodes_[id].digest_alg = digest.alg;
}

void Builder::reserve(std::size_t inodes, std::size_t entries) {
  // Beyond that, doubling is cheap enough, and the numbers are only what a file claims.
  constexpr std::size_t kMost = 1 << 20;
  inodes = std::min(inodes, kMost);
  entries = std::min(entries, kMost);
  tree_.inodes_.reserve(inodes);
  tree_.entries_.reserve(entries);
  directory_of_.reserve(entries);
}

Result<Tree> Builder::finish() {
  // A counting sort by directory keeps the order in which a directory's entries came: mostly
  // sorted.
  std::vector<u32> first(tree_.inodes_.size() + 1);
  for (InodeId dir : directory_of_) ++first[dir + 1];
  for (std::size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
  std::vector<Entry> grouped(tree_.entries_.size());
  {
    std::vector<u32> next(first.begin(), first.end() - 1);
    for (std::size_t i = 0; i < grouped.size(); ++i)
      grouped[next[directory_of_[i]]++] = tree_.entries_[i];
  }
  auto by_name = [](const Entry& a, const Entry& b) { return a.name < b.name; };
  auto not_ascending = [](const Entry& a, const Entry& b) { return a.name >= b.name; };
  for (std::size_t dir = 0; dir + 1 < first.size(); ++dir) {
    auto begin = grouped.begin() + first[dir], end = grouped.begin() + first[dir + 1];
    if (std::adjacent_find(begin, end, not_ascending) == end) continue;
    std::sort(begin, end, by_name);
    if (std::adjacent_find(begin, end, not_ascending) != end)
      return fail(EEXIST, "a directory has two entries of one name");
  }
  tree_.entries_ = std::move(grouped);
  tree_.first_entry_ = std::move(first);
  directory_of_ = {};
  return std::move(tree_);
}

std::size_t Builder::first_duplicate() const {
  auto key = [this](std::size_t i) { return std::pair(directory_of_[i], tree_.entries_[i].name); };
  std::vector<std::size_t> order(directory_of_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  std::size_t first = kNoDuplicate;
  for (std::size_t i = 1; i < order.size(); ++i)
    if (key(order[i]) == key(order[i - 1])) first = std::min(first, order[i]);
  return first;
}

}  // namespace cfs::tree
