// SPDX-License-Identifier: LGPL-2.1-or-later

#include "erofs/xattr_table.h"

#include <xxhash.h>

#include <algorithm>

#include "base/hash_index.h"

namespace cfs::erofs {

XattrTable::Attribute XattrTable::Attribute::named(std::string_view key) {
  Attribute attribute;
  attribute.suffix = key;
  for (u8 index : {u8{1}, u8{2}, u8{3}, u8{4}, u8{6}}) {  // 5, "lustre.", is never written
    if (!key.starts_with(format::kErofsXattrPrefixes[index])) continue;
    attribute.name_index = index;
    attribute.suffix = key.substr(format::kErofsXattrPrefixes[index].size());
    break;
  }
  attribute.filter_bit = XXH32(attribute.suffix.data(), attribute.suffix.size(),
                               format::kErofsXattrFilterSeed + attribute.name_index) %
                         32;
  attribute.rank = key < format::kOverlayMetacopy ? 0 : key < format::kOverlayRedirect ? 1 : 2;
  return attribute;
}

XattrTable::XattrTable(const ImageTree& tree)
    : tree_(tree),
      metacopy_name_(Attribute::named(format::kOverlayMetacopy)),
      redirect_name_(Attribute::named(format::kOverlayRedirect)) {
  const tree::XattrPool& pool = tree.xattrs();
  pairs_.reserve(pool.pair_count());
  for (tree::XattrId id = 0; id < pool.pair_count(); ++id) {
    const tree::Xattr& xattr = pool.pair(id);
    pairs_.push_back(Attribute::named(xattr.key));
    pairs_.back().value = xattr.value;
    has_acl_ |= xattr.key == "system.posix_acl_access" || xattr.key == "system.posix_acl_default";
  }
  metacopies_ = group([&](const Inode& inode) {
    return std::pair(true, inode.digest ? as_text(tree_.digest(inode)) : "");
  });
  redirects_ =
      group([](const Inode& inode) { return std::pair(inode.text_size > 0, inode.data()); });
  share();
}

// Value: (has the attribute, its varying part).
template <class Value>
XattrTable::Derived XattrTable::group(Value value_of) const {
  Derived derived;
  derived.group_of.resize(tree_.id_count());
  std::size_t external = 0;
  for (InodeId id = 0; id < tree_.id_count(); ++id) external += tree_.inode(id).is_external();
  HashIndex index(external);
  for (InodeId id = 0; id < tree_.id_count(); ++id) {
    Inode inode = tree_.inode(id);
    if (!inode.is_external()) continue;
    auto [has, value] = value_of(inode);
    if (!has) continue;
    InodeId first = index.find_or_insert(
        XXH3_64bits_withSeed(value.data(), value.size(), hash_seed()), id,
        [&, value = value](InodeId other) { return value_of(tree_.inode(other)).second == value; });
    if (first == id) continue;
    if (derived.group_of[first] == 0) {
      derived.group_of[first] = static_cast<u32>(derived.groups.size());
      derived.groups.push_back(first);
    }
    derived.group_of[id] = derived.group_of[first];
  }
  derived.shared.resize(derived.groups.size());
  return derived;
}

void XattrTable::share() {
  const tree::XattrPool& pool = tree_.xattrs();
  std::vector<u32> uses_of_set(pool.set_count()), uses_of_pair(pool.pair_count());
  for (InodeId id = 0; id < tree_.id_count(); ++id) ++uses_of_set[tree_.xattrs_of(id)];
  for (tree::XattrSetId set = 0; set < pool.set_count(); ++set)
    for (tree::XattrId pair : pool.set(set)) uses_of_pair[pair] += uses_of_set[set];

  struct Shared {
    std::string_view key;
    Attribute attribute;
    u32* offset;
    std::size_t value_size() const { return attribute.lead.size() + attribute.value.size(); }
  };
  std::vector<Shared> all;
  for (tree::XattrId id = 0; id < pool.pair_count(); ++id)
    if (uses_of_pair[id] > 1) all.push_back({pool.pair(id).key, pairs_[id], &pairs_[id].shared});
  // Group 0 stands for "alone".
  metacopies_.shared[0] = redirects_.shared[0] = kInline;
  for (std::size_t i = 1; i < metacopies_.groups.size(); ++i)
    all.push_back({format::kOverlayMetacopy, metacopy(tree_.inode(metacopies_.groups[i])),
                   &metacopies_.shared[i]});
  for (std::size_t i = 1; i < redirects_.groups.size(); ++i)
    all.push_back({format::kOverlayRedirect, redirect(tree_.inode(redirects_.groups[i])),
                   &redirects_.shared[i]});
  // Descending by key, then length, then bytes of the value. Equal keys have equal leads, unless
  // their lengths differ.
  std::ranges::sort(all, [](const Shared& a, const Shared& b) {
    if (a.key != b.key) return a.key > b.key;
    if (a.value_size() != b.value_size()) return a.value_size() > b.value_size();
    return a.attribute.value > b.attribute.value;
  });
  Text sink(shared_);
  for (const Shared& shared : all) {
    *shared.offset = static_cast<u32>(shared_.size() / 4);
    shared.attribute.emit(sink);
  }
}

XattrTable::Attribute XattrTable::metacopy(const Inode& inode) const {
  Attribute attribute = metacopy_name_;
  if (!inode.digest) return attribute;
  attribute.lead =
      as_text(bytes_of(inode.digest_alg == HashAlg::kSha256 ? format::kOverlayMetacopySha256
                                                            : format::kOverlayMetacopySha512));
  attribute.value = as_text(tree_.digest(inode));
  return attribute;
}

XattrTable::Attribute XattrTable::redirect(const Inode& inode) const {
  Attribute attribute = redirect_name_;
  attribute.lead = "/";
  attribute.value = inode.data();
  return attribute;
}

void XattrTable::gather(InodeId id, const Inode& inode) {
  gathered_.clear();
  u8 next_rank = 0;
  auto derived_before = [&](u8 rank) {
    for (; next_rank < rank; ++next_rank) {
      if (!inode.is_external() || (next_rank == 1 && inode.text_size == 0)) continue;
      gathered_.push_back(next_rank == 0 ? metacopy(inode) : redirect(inode));
      const Derived& derived = next_rank == 0 ? metacopies_ : redirects_;
      gathered_.back().shared = derived.shared[derived.group_of[id]];
    }
  };
  for (tree::XattrId pair : tree_.xattrs().set(inode.xattrs)) {
    derived_before(pairs_[pair].rank);
    gathered_.push_back(pairs_[pair]);
  }
  derived_before(2);
}

}  // namespace cfs::erofs
