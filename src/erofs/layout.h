// SPDX-License-Identifier: LGPL-2.1-or-later

// The shape of each inode on disk, and its place.
//
//   1152  inode · inode · …            32-byte slots, breadth first
//         shared attributes
//         zeros to a block
//         data blocks                  of inodes whose data does not fit behind them
//
// An inode is a header (32 bytes, or 64), its attributes, and a tail: data small enough to live
// there. A tail never crosses a block; a symlink's inode as a whole does not.

#pragma once

#include <vector>

#include "erofs/directory.h"
#include "erofs/image_tree.h"
#include "erofs/xattr_table.h"
#include "format/erofs.h"

namespace cfs::erofs {

inline constexpr u64 kBlock = format::kErofsBlockSize;
inline constexpr u64 kSlot = format::kErofsSlotSize;
inline constexpr u64 kFirstInode = format::kErofsSuperOffset + sizeof(format::ErofsSuper);

struct Shape {
  format::ErofsLayout layout = format::ErofsLayout::kFlatPlain;
  bool extended = false;
  u32 nlink = 0;
  u64 size = 0;  // i_size
  u64 header_and_xattrs = 0;
  u64 tail = 0;
  u64 blocks = 0;
  u32 chunk_bits = 0;  // external files

  u64 chunks() const { return (size + (u64{1} << chunk_bits) - 1) >> chunk_bits; }
};

class Layout {
 public:
  // Fails with EFBIG for a file of more than 2^53 bytes, or an image too large for its addresses.
  static Result<Layout> of(const ImageTree& tree, XattrTable& xattrs);

  u64 nid(InodeId id) const { return nid_[id]; }
  u64 inodes_end() const { return inodes_end_; }
  u64 data_start() const { return data_start_; }
  u64 block_count() const { return data_start_ / kBlock + data_blocks_; }
  // Inodes that own data blocks, in order.
  const std::vector<InodeId>& block_owners() const { return block_owners_; }
  i64 build_time() const { return build_time_; }
  u32 build_time_nsec() const { return build_time_nsec_; }

  // The shape of an inode before it is placed, and its place at or after `position`, which is then
  // moved to the inode's end. Placing may move the tail into a block.
  Shape shape(InodeId id, const Inode& inode, XattrTable& xattrs, Directory& directory) const;
  static u64 place(const Inode& inode, Shape& shape, u64& position);

 private:
  void find_build_time(const ImageTree& tree);

  std::vector<u32> nid_;
  std::vector<InodeId> block_owners_;
  u64 inodes_end_ = 0;
  u64 data_start_ = 0;
  u64 data_blocks_ = 0;
  i64 build_time_ = 0;
  u32 build_time_nsec_ = 0;
};

}  // namespace cfs::erofs
