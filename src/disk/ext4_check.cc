// SPDX-License-Identifier: LGPL-2.1-or-later

// Which blocks a file may call its own. libext2fs believes what it reads: in a damaged image, or
// one made to do harm, the blocks of a file may lie behind the file system, where a disk has its
// next partition, or be those of somebody else. Every block belongs to one owner at most, and the
// bitmap knows it as used: then what is free there is nobody's, and can be taken.

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "disk/ext4_error.h"
#include "disk/ext4_image.h"

namespace cfs::disk {

tl::unexpected<Error> Ext4Image::damaged(std::string_view whose) const {
  return fail_with(EINVAL, cat(whose, "damaged; run e2fsck -f ", name_));
}

bool Ext4Image::is_used(blk64_t first, u64 count) const {
  const blk64_t start = fs_->super->s_first_data_block, end = ext2fs_blocks_count(fs_->super);
  blk64_t free = 0;
  return first >= start && first < end && count > 0 && count <= end - first &&
         ext2fs_find_first_zero_block_bitmap2(fs_->block_map, first, first + count - 1, &free) ==
             ENOENT;
}

bool Ext4Image::claim(blk64_t first, u64 count) {
  const auto length = static_cast<unsigned>(count);
  if (!is_used(first, count) || !ext2fs_test_block_bitmap_range2(owned_.get(), first, length))
    return false;
  ext2fs_mark_block_bitmap_range2(owned_.get(), first, length);
  return true;
}

Result<> Ext4Image::claim_fixed() {
  ext2_filsys fs = fs_.get();
  ext2fs_block_bitmap owned = nullptr;
  if (errcode_t code = ext2fs_allocate_block_bitmap(fs, "owned", &owned))
    return ext4_failed("check the bitmaps", code);
  owned_.reset(owned);
  for (dgrp_t group = 0; group < fs->group_desc_count; ++group)
    ext2fs_reserve_super_and_bgd(fs, group, owned);
  const blk64_t last = ext2fs_blocks_count(fs->super) - 1;
  for (blk64_t first = fs->super->s_first_data_block, end;
       !ext2fs_find_first_set_block_bitmap2(owned, first, last, &first); first = end) {
    if (ext2fs_find_first_zero_block_bitmap2(owned, first, last, &end)) end = last + 1;
    if (!is_used(first, end - first)) return damaged("");
    if (end > last) break;
  }
  for (dgrp_t group = 0; group < fs->group_desc_count; ++group)
    if (!claim(ext2fs_block_bitmap_loc(fs, group), 1) ||
        !claim(ext2fs_inode_bitmap_loc(fs, group), 1) ||
        !claim(ext2fs_inode_table_loc(fs, group), fs->inode_blocks_per_group))
      return damaged("");
  return {};
}

Result<> Ext4Image::check(const File& file) {
  TRY_ASSIGN(ext2_inode inode, this->inode(file));
  u64 next = 0;
  return each_extent(file, inode, [&](const ext2fs_extent& extent) -> Result<> {
    const bool leaf = extent.e_flags & EXT2_EXTENT_FLAGS_LEAF;
    if (extent.e_lblk < next || !claim(extent.e_pblk, leaf ? extent.e_len : 1))
      return damaged(cat(file.path, ": "));
    next = extent.e_lblk + (leaf ? extent.e_len : 0);
    return {};
  });
}

}  // namespace cfs::disk
