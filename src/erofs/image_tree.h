// SPDX-License-Identifier: LGPL-2.1-or-later

// A tree as the image shows it, worked out beside the user's tree and without changing it:
//
//   * attributes in overlayfs' own namespace are escaped, so that they survive being a lower layer
//   * whiteouts become empty regular files marked as whiteouts, their directories are marked too
//   * the root is opaque and has 256 more entries, 00 … ff: character devices 0:0 that hide the
//     fan-out directories of an object store used as a lower layer
//   * every directory lists "." and ".."
//
// Inode ids are the tree's, followed by those of the added entries. (composefs 1.0.8,
// lcfs-writer-erofs.c; kernel: overlayfs.rst, "Nesting overlayfs mounts".)

#pragma once

#include <vector>

#include "format/erofs.h"
#include "tree/tree.h"

namespace cfs::erofs {

using tree::Entry;
using tree::Inode;
using tree::InodeId;

class ImageTree {
 public:
  // `version` is the composefs format version, 0 or 1.
  ImageTree(const Tree& tree, u32 version);

  // As the image shows it. `xattrs` is a set of xattrs() below.
  Inode inode(InodeId id) const;
  // Everything a directory lists, "." and ".." included, sorted by name. `out` is replaced.
  void list(InodeId directory, std::vector<Entry>& out) const;
  Bytes digest(const Inode& inode) const { return tree_.digest_bytes(inode); }

  // The type code of directory entries, as the image shows the inode.
  u8 file_type(InodeId id) const { return file_type_[id]; }
  bool is_directory(InodeId id) const { return file_type_[id] == kDirectoryType; }

  // Calls visit(id, inode) for every inode breadth first: the order of numbers and places in the
  // image. That order jumps through memory, so records are fetched a little ahead.
  template <class Visit>
  void visit_in_order(Visit visit) const;
  std::size_t id_count() const { return xattrs_of_.size(); }

  // Sets are sorted by key. The metacopy and redirect attributes of external files are not in them:
  // they follow from digest and path.
  const tree::XattrPool& xattrs() const { return pool_; }
  tree::XattrSetId xattrs_of(InodeId id) const { return xattrs_of_[id]; }

 private:
  static constexpr u8 kDirectoryType = format::erofs_file_type(S_IFDIR);

  void add_stubs();
  void number();
  void encode_xattrs(u32 version);

  const Tree& tree_;
  std::vector<Entry> root_extras_;  // ".", ".." and the added entries
  std::vector<u8> file_type_;
  std::vector<bool> whiteout_;
  std::vector<InodeId> order_;
  std::vector<InodeId> parent_;  // of directories
  std::vector<bool> hides_;      // directories that hold whiteouts
  tree::XattrPool pool_;
  std::vector<tree::XattrSetId> xattrs_of_;
  std::array<char, 512> stub_names_;
};

template <class Visit>
void ImageTree::visit_in_order(Visit visit) const {
  constexpr std::size_t kAhead = 16;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    if (i + kAhead < order_.size() && order_[i + kAhead] < tree_.inode_count())
      __builtin_prefetch(&tree_[order_[i + kAhead]]);
    visit(order_[i], inode(order_[i]));
  }
}

}  // namespace cfs::erofs
