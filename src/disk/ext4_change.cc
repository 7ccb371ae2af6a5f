// SPDX-License-Identifier: LGPL-2.1-or-later

// How files get blocks behind their end, and a flag that says so, without a journal. e2fsck takes
// such blocks for content of a file that is longer than it says, unless the flag is set; so blocks
// and flag must come with one write. That is the inode's, which no disk tears: everything it
// changes is in one sector. The order, `|` being an fsync:
//
//   new blocks, new nodes of extents   nothing refers to them
//   | superblock: not clean            e2fsck will look
//   | bitmaps, group descriptors       the new blocks are used, and still the old ones
//   | inodes                           each is the old one or the new one
//   | bitmaps, group descriptors       what only old inodes had is free
//   | superblock: clean
//
// Between any two writes e2fsck has to do no more than to count blocks and checksums anew.

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "disk/ext4_error.h"
#include "disk/ext4_image.h"
#include "format/ext4_verity.h"

namespace cfs::disk {

namespace {

constexpr u32 kBlock = format::kVerityBlockSize;
constexpr u64 kRunMax = 32768;  // blocks of one extent (EXT_INIT_MAX_LEN)

}  // namespace

struct Ext4Image::Mapping {
  std::vector<ext2fs_extent> extents;
  std::vector<blk64_t> nodes;  // blocks of the tree of extents, the inode apart
};

// In order, the node before what is below it; the library goes there after `sink` has agreed.
Result<> Ext4Image::each_extent(const File& file, ext2_inode inode,
                                const std::function<Result<>(const ext2fs_extent&)>& sink) {
  ext2_extent_handle_t handle;
  errcode_t code = ext2fs_extent_open2(fs_.get(), file.number, &inode, &handle);
  if (code) return ext4_failed(file.path, code);
  Result<> agreed;
  ext2fs_extent extent;
  for (int move = EXT2_EXTENT_ROOT; agreed && !(code = ext2fs_extent_get(handle, move, &extent));
       move = EXT2_EXTENT_NEXT)
    if (!(extent.e_flags & EXT2_EXTENT_FLAGS_SECOND_VISIT)) agreed = sink(extent);
  ext2fs_extent_free(handle);
  if (agreed && code != EXT2_ET_EXTENT_NO_NEXT) return ext4_failed(file.path, code);
  return agreed;
}

Result<Ext4Image::Mapping> Ext4Image::mapping(const File& file, const ext2_inode& inode) {
  Mapping found;
  TRY(each_extent(file, inode, [&](const ext2fs_extent& extent) -> Result<> {
    if (extent.e_flags & EXT2_EXTENT_FLAGS_LEAF)
      found.extents.push_back(extent);
    else
      found.nodes.push_back(extent.e_pblk);
    return {};
  }));
  return found;
}

// What no reader sees, but the hash of the last block does.
Result<> Ext4Image::clear_rest(const File& file, u64 size, const Mapping& mapping) {
  if (size % kBlock == 0 || mapping.extents.empty()) return {};
  const ext2fs_extent& last = mapping.extents.back();
  if (last.e_lblk + last.e_len <= size / kBlock || last.e_flags & EXT2_EXTENT_FLAGS_UNINIT)
    return {};
  const blk64_t place = last.e_pblk + size / kBlock - last.e_lblk;
  char block[kBlock];
  errcode_t code = io_channel_read_blk64(fs_->io, place, 1, block);
  char* rest = block + size % kBlock;
  if (!code && std::any_of(rest, block + kBlock, [](char c) { return c != 0; })) {
    std::fill(rest, block + kBlock, '\0');
    code = io_channel_write_blk64(fs_->io, place, 1, block);
  }
  if (code) return ext4_failed(file.path, code);
  return {};
}

Result<> Ext4Image::write_new(const File& file, u64 offset, Bytes blocks, Mapping& mapping) {
  for (u64 at = 0; at < blocks.size();) {
    blk64_t first = 0, length = 0;
    errcode_t code = ext2fs_new_range(fs_.get(), 0, next_block_,
                                      std::min(blocks.size() / kBlock - at / kBlock, kRunMax),
                                      nullptr, &first, &length);
    if (!code) code = io_channel_write_blk64(fs_->io, first, static_cast<int>(length), &blocks[at]);
    if (code) return ext4_failed(file.path, code);
    // One by one: ext2fs_block_alloc_stats_range of 1.47 cannot account for the very last block.
    for (u64 i = 0; i < length; ++i) ext2fs_block_alloc_stats2(fs_.get(), first + i, +1);
    mapping.extents.push_back({.e_pblk = first,
                               .e_lblk = (offset + at) / kBlock,
                               .e_len = static_cast<u32>(length),
                               .e_flags = EXT2_EXTENT_FLAGS_LEAF});
    next_block_ = first + length;
    at += length * kBlock;
  }
  return {};
}

// A new tree of extents for `inode`; its nodes are new blocks, and already written.
Result<> Ext4Image::set_mapping(const File& file, const Mapping& mapping, ext2_inode& inode) {
  std::memset(inode.i_block, 0, sizeof inode.i_block);
  ext2_extent_handle_t handle;
  errcode_t code = ext2fs_extent_open2(fs_.get(), file.number, &inode, &handle);
  if (code) return ext4_failed(file.path, code);
  // The library would write the inode with every step.
  fs_->write_inode = [](ext2_filsys, ext2_ino_t, ext2_inode*) { return errcode_t{0}; };
  for (ext2fs_extent extent : mapping.extents)
    if (!code) code = ext2fs_extent_insert(handle, EXT2_EXTENT_INSERT_AFTER, &extent);
  fs_->write_inode = nullptr;
  ext2fs_extent_free(handle);
  if (code) return ext4_failed(file.path, code);
  return {};
}

Result<> Ext4Image::prepare(const File& file, u64 offset, Bytes blocks, u32 flags) {
  TRY_ASSIGN(ext2_inode inode, this->inode(file));
  TRY_ASSIGN(Mapping old, mapping(file, inode));
  const u64 size = EXT2_I_SIZE(&inode), end = round_up<u64>(size, kBlock) / kBlock;
  std::vector<blk64_t> dropped = std::move(old.nodes);
  Mapping made;
  for (ext2fs_extent extent : old.extents) {
    const u64 length = extent.e_len;
    const u64 kept = std::min(length, end - std::min<u64>(end, extent.e_lblk));
    for (u64 i = kept; i < length; ++i) dropped.push_back(extent.e_pblk + i);
    extent.e_len = static_cast<u32>(kept);
    if (kept > 0) made.extents.push_back(extent);
  }
  TRY(clear_rest(file, size, made));
  TRY(write_new(file, offset, blocks, made));
  errcode_t code = ext2fs_iblk_sub_blocks(fs_.get(), &inode, dropped.size());
  if (!code) code = ext2fs_iblk_add_blocks(fs_.get(), &inode, blocks.size() / kBlock);
  if (code) return ext4_failed(file.path, code);
  TRY(set_mapping(file, made, inode));
  inode.i_flags |= flags;
  changes_.push_back({file.number, inode});
  unused_.insert(unused_.end(), dropped.begin(), dropped.end());
  return {};
}

// The superblock alone, whatever else waits to be written; all that was written before is on the
// disk before it is.
Result<> Ext4Image::write_superblock(bool clean) {
  u16& state = fs_->super->s_state;
  state = static_cast<u16>(clean ? state | EXT2_VALID_FS : state & ~EXT2_VALID_FS);
  const int flags = fs_->flags;
  fs_->flags = (flags | EXT2_FLAG_SUPER_ONLY) & ~(EXT2_FLAG_BB_DIRTY | EXT2_FLAG_IB_DIRTY);
  errcode_t code = ext2fs_flush(fs_.get());
  fs_->flags = flags;
  if (code) return ext4_failed("write the superblock", code);
  return {};
}

Result<> Ext4Image::apply(bool add_feature) {
  ext2_filsys fs = fs_.get();
  TRY(write_superblock(false));
  if (add_feature) ext2fs_set_feature_verity(fs->super);
  if (errcode_t code = ext2fs_flush(fs)) return ext4_failed("write the bitmaps", code);
  for (Change& change : changes_)
    if (errcode_t code = ext2fs_write_inode(fs, change.number, &change.inode))
      return ext4_failed("write an inode", code);
  if (errcode_t code = io_channel_flush(fs->io)) return ext4_failed("write the inodes", code);
  for (blk64_t block : unused_) ext2fs_block_alloc_stats2(fs, block, -1);
  if (!unused_.empty())
    if (errcode_t code = ext2fs_flush(fs)) return ext4_failed("write the bitmaps", code);
  return write_superblock(true);
}

Result<> Ext4Image::commit(bool add_feature) {
  add_feature = add_feature && !ext2fs_has_feature_verity(fs_->super);
  if (changes_.empty() && !add_feature) return {};
  if (errcode_t code = io_channel_flush(fs_->io)) return ext4_failed("write the hash trees", code);
  auto applied = apply(add_feature);
  if (!applied)
    return fail_with(applied.error().code,
                     cat(applied.error().text, "; run e2fsck -f ", name_, ", then seal again"));
  return {};
}

}  // namespace cfs::disk
