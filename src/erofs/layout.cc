// SPDX-License-Identifier: LGPL-2.1-or-later

#include "erofs/layout.h"

#include <algorithm>
#include <bit>
#include <cerrno>

#include "tree/rules.h"

namespace cfs::erofs {

namespace {

constexpr u64 kHalfBlock = kBlock / 2;

// log2 of the smallest chunk that covers the file, within 4 KiB … 8 TiB.
u32 chunk_bits_for(u64 size) {
  auto bits = static_cast<u32>(std::bit_width(size - 1));
  return std::clamp(bits, format::kErofsBlockBits, format::kErofsChunkBitsMax);
}

void shape_data(const Inode& inode, Shape& shape) {
  if (inode.is_symlink()) {
    shape.tail = shape.size = inode.text_size;
  } else if (inode.is_external()) {
    shape.size = inode.size;
    shape.chunk_bits = chunk_bits_for(inode.size);
    shape.tail = shape.chunks() * sizeof(u32);
  } else if (inode.is_regular()) {
    shape.size = inode.size;
    shape.blocks = inode.size / kBlock;
    shape.tail = inode.size % kBlock;
    if (shape.tail > kHalfBlock) {
      ++shape.blocks;
      shape.tail = 0;
    }
  }
}

}  // namespace

Shape Layout::shape(InodeId id, const Inode& inode, XattrTable& xattrs,
                    Directory& directory) const {
  Shape shape;
  shape.nlink = inode.nlink;
  u64 size_for_form = inode.size;  // as given, even where i_size will be 0
  if (inode.is_directory()) {
    directory.load(id);
    shape.nlink = directory.nlink();
    shape.blocks = directory.blocks();
    shape.tail = directory.tail();
    shape.size = size_for_form = shape.blocks * kBlock + shape.tail;
  } else {
    shape_data(inode, shape);
  }
  shape.extended = inode.mtime != build_time_ || inode.mtime_nsec != build_time_nsec_ ||
                   shape.nlink > 0xffff || inode.uid > 0xffff || inode.gid > 0xffff ||
                   size_for_form > 0xffffffff;
  Counter area;
  xattrs.emit(area, id, inode);
  shape.header_and_xattrs = area.size() + (shape.extended ? sizeof(format::ErofsInodeExtended)
                                                          : sizeof(format::ErofsInodeCompact));
  return shape;
}

u64 Layout::place(const Inode& inode, Shape& shape, u64& position) {
  u64 at = round_up(position, kSlot);
  u64 to_next_block = round_up(at, kBlock) - at;
  u64 padding = 0;
  if (inode.is_symlink()) {
    // Kernels of RHEL 9 reject a symlink whose inode crosses a block.
    u64 total = shape.header_and_xattrs + shape.tail;
    if (total >= kBlock) {
      shape.blocks = 1;
      shape.tail = 0;
    }
    if (at / kBlock != (at + total - 1) / kBlock) padding = to_next_block;
  } else {
    auto room_behind = [&](u64 start) {
      return kBlock - (start + shape.header_and_xattrs) % kBlock;
    };
    if (shape.tail > room_behind(at)) {
      padding = round_up(room_behind(at), kSlot);
      if (shape.tail > room_behind(at + padding)) {
        ++shape.blocks;
        shape.tail = 0;
        padding = to_next_block;
      }
    }
  }
  if (inode.is_external())
    shape.layout = format::ErofsLayout::kChunkBased;
  else if (shape.tail > 0)
    shape.layout = format::ErofsLayout::kFlatInline;
  u64 start = at + padding;
  position = start + shape.header_and_xattrs + shape.tail;
  return start;
}

void Layout::find_build_time(const ImageTree& tree) {
  Inode root = tree.inode(tree::kRoot);
  std::pair earliest(root.mtime, root.mtime_nsec);
  for (InodeId id = 0; id < tree.id_count(); ++id) {
    Inode inode = tree.inode(id);
    earliest = std::min(earliest, std::pair(inode.mtime, inode.mtime_nsec));
  }
  std::tie(build_time_, build_time_nsec_) = earliest;
}

Result<Layout> Layout::of(const ImageTree& tree, XattrTable& xattrs) {
  Layout layout;
  layout.find_build_time(tree);
  layout.nid_.resize(tree.id_count());
  Directory directory(tree);
  u64 position = kFirstInode;
  bool too_large = false;
  tree.visit_in_order([&](InodeId id, const Inode& inode) {
    too_large |= inode.is_external() && inode.size > tree::kExternalSizeMax;
    if (too_large) return;
    Shape shape = layout.shape(id, inode, xattrs, directory);
    u64 start = place(inode, shape, position);
    too_large |= start / kSlot > ~u32{0};
    layout.nid_[id] = static_cast<u32>(start / kSlot);
    layout.data_blocks_ += shape.blocks;
    if (shape.blocks > 0) layout.block_owners_.push_back(id);
  });
  layout.inodes_end_ = round_up(position, kSlot);
  layout.data_start_ = round_up(layout.inodes_end_ + xattrs.shared().size(), kBlock);
  too_large |= (kBlock + xattrs.shared().size()) / 4 > ~u32{0};  // what a reference can say
  if (too_large || layout.block_count() > ~u32{0} || layout.nid(tree::kRoot) > 0xffff)
    return fail_with(EFBIG, Error::describe(EFBIG));
  xattrs.set_reference_base(static_cast<u32>(layout.inodes_end_ % kBlock / 4));
  return layout;
}

}  // namespace cfs::erofs
