// SPDX-License-Identifier: LGPL-2.1-or-later

#include "erofs/image_tree.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "format/overlay.h"

namespace cfs::erofs {

namespace {

using tree::kRoot;
using tree::Xattr;
using tree::XattrSetId;

// One inode's attributes, while they are changed.
class XattrList {
 public:
  XattrList(const tree::XattrPool& pool, XattrSetId set, Arena& arena) {
    for (tree::XattrId id : pool.set(set)) {
      Xattr xattr = pool.pair(id);
      if (xattr.key.starts_with(format::kOverlayPrefix))
        xattr.key = arena.copy(cat(format::kOverlayEscapedPrefix,
                                   xattr.key.substr(format::kOverlayPrefix.size())));
      list_.push_back(xattr);
    }
  }
  void set(std::string_view key, std::string_view value) {
    std::erase_if(list_, [&](const Xattr& xattr) { return xattr.key == key; });
    list_.push_back({key, value});
  }
  XattrSetId intern(tree::XattrPool& pool) {
    std::ranges::sort(list_, {}, &Xattr::key);
    return pool.intern(list_);
  }

 private:
  std::vector<Xattr> list_;
};

}  // namespace

ImageTree::ImageTree(const Tree& tree, u32 version) : tree_(tree) {
  add_stubs();
  number();
  encode_xattrs(version);
}

void ImageTree::add_stubs() {
  root_extras_ = {{".", kRoot, true}, {"..", kRoot, true}};
  auto id = static_cast<InodeId>(tree_.inode_count());
  auto present = tree_.entries(kRoot);
  for (unsigned i = 0; i < 256; ++i) {
    char* digits = &stub_names_[2 * i];
    digits[0] = "0123456789abcdef"[i >> 4];
    digits[1] = "0123456789abcdef"[i & 15];
    std::string_view name(digits, 2);
    if (!std::ranges::binary_search(present, name, {}, &Entry::name))
      root_extras_.push_back({name, id++, false});
  }
  xattrs_of_.resize(id);
  file_type_.resize(id);
  whiteout_.resize(id);
  for (InodeId each = 0; each < id; ++each) {
    file_type_[each] = format::erofs_file_type(inode(each).mode);
    whiteout_[each] = each < tree_.inode_count() && tree_[each].is_whiteout();
  }
}

Inode ImageTree::inode(InodeId id) const {
  Inode inode;
  if (id < tree_.inode_count()) {
    inode = tree_[id];
    if (inode.is_whiteout()) {
      inode.mode = static_cast<u16>((inode.mode & ~S_IFMT) | S_IFREG);
      inode.size = 0;
    }
  } else {
    const Inode& root = tree_[kRoot];
    inode.mode = S_IFCHR | 0644;
    inode.uid = root.uid;
    inode.gid = root.gid;
    inode.mtime = root.mtime;
    inode.mtime_nsec = root.mtime_nsec;
  }
  inode.xattrs = xattrs_of_[id];
  return inode;
}

void ImageTree::list(InodeId directory, std::vector<Entry>& out) const {
  out.clear();
  auto entries = tree_.entries(directory);
  auto by_name = [](const Entry& a, const Entry& b) { return a.name < b.name; };
  if (directory == kRoot) {
    std::merge(entries.begin(), entries.end(), root_extras_.begin(), root_extras_.end(),
               std::back_inserter(out), by_name);
    return;
  }
  // Looks at few names only: they lie all over the input.
  auto at = entries.begin();
  for (const Entry& dot : {Entry{".", directory, true}, Entry{"..", parent_[directory], true}}) {
    auto next = std::lower_bound(at, entries.end(), dot, by_name);
    out.insert(out.end(), at, next);
    out.push_back(dot);
    at = next;
  }
  out.insert(out.end(), at, entries.end());
}

void ImageTree::number() {
  parent_.resize(tree_.inode_count());
  hides_.resize(tree_.inode_count());
  order_.reserve(xattrs_of_.size());
  order_.push_back(kRoot);
  std::vector<Entry> root;
  list(kRoot, root);
  for (std::size_t i = 0; i < order_.size(); ++i) {
    InodeId dir = order_[i];
    if (!is_directory(dir)) continue;
    for (const Entry& entry : dir == kRoot ? std::span<const Entry>(root) : tree_.entries(dir)) {
      if (entry.link) continue;
      order_.push_back(entry.inode);
      if (is_directory(entry.inode)) parent_[entry.inode] = dir;
      if (whiteout_[entry.inode]) hides_[dir] = true;
    }
  }
}

void ImageTree::encode_xattrs(u32 version) {
  Arena escaped_keys;
  auto list_of = [&](InodeId id) {
    return XattrList(tree_.xattrs(), tree_[id].xattrs, escaped_keys);
  };
  // Most inodes change nothing but the order of their attributes: once per set, not per inode.
  constexpr XattrSetId kUnknown = ~XattrSetId{0};
  std::vector<XattrSetId> plain(tree_.xattrs().set_count(), kUnknown);
  for (InodeId id = 0; id < tree_.inode_count(); ++id) {
    if (!whiteout_[id] && !hides_[id] && id != kRoot) {
      XattrSetId& known = plain[tree_[id].xattrs];
      if (known == kUnknown) known = list_of(id).intern(pool_);
      xattrs_of_[id] = known;
      continue;
    }
    XattrList list = list_of(id);
    if (whiteout_[id]) {
      list.set("trusted.overlay.overlay.whiteout", "");
      list.set("user.overlay.whiteout", "");
    }
    if (hides_[id]) {
      list.set("trusted.overlay.overlay.whiteouts", "");
      list.set("user.overlay.whiteouts", "");
      if (version >= 1) {
        list.set("trusted.overlay.overlay.opaque", "x");
        list.set("user.overlay.opaque", "x");
      }
    }
    if (id == kRoot) list.set(format::kOverlayOpaque, "y");
    xattrs_of_[id] = list.intern(pool_);
  }

  std::vector<Xattr> label;
  for (tree::XattrId id : tree_.xattrs().set(tree_[kRoot].xattrs))
    if (tree_.xattrs().pair(id).key == "security.selinux") label = {tree_.xattrs().pair(id)};
  std::fill(xattrs_of_.begin() + static_cast<std::ptrdiff_t>(tree_.inode_count()), xattrs_of_.end(),
            pool_.intern(label));
}

}  // namespace cfs::erofs
