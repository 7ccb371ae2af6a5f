// SPDX-License-Identifier: LGPL-2.1-or-later

#include "disk/ext4_image.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/text.h"
#include "disk/ext4_error.h"
#include "format/ext4_verity.h"

namespace cfs::disk {

namespace {

constexpr u32 kBlock = format::kVerityBlockSize;

tl::unexpected<Error> in_use() {
  return fail_with(EBUSY, "is mounted or in use; unmount it first");
}

Result<> check_unused(const std::string& path) {
  int state = 0;
  if (errcode_t code = ext2fs_check_if_mounted(path.c_str(), &state))
    return ext4_failed("cannot tell whether it is mounted", code);
  if (state & (EXT2_MF_MOUNTED | EXT2_MF_BUSY | EXT2_MF_SWAP)) return in_use();
  return {};
}

Result<> check_features(ext2_filsys fs, const std::string& path,
                        const Ext4Image::OpenOptions& options) {
  ext2_super_block& super = *fs->super;
  // As e2fsprogs' own programs take it.
  const std::string name = options.offset ? cat("'", path, "?offset=", options.offset, "'") : path;
  if (!ext2fs_has_feature_extents(&super))
    return fail_with(EINVAL, "is not ext4 (no extents); make it with mke2fs -t ext4 -O verity");
  if (fs->blocksize != kBlock)
    return fail_with(EINVAL, cat("has a block size of ", fs->blocksize,
                                 "; fs-verity needs 4096, make it with mke2fs -b 4096"));
  if (ext2fs_has_feature_journal_needs_recovery(&super))
    return fail_with(EINVAL, cat("has a journal to replay; run e2fsck -f ", name));
  if (!(super.s_state & EXT2_VALID_FS) || super.s_state & EXT2_ERROR_FS || super.s_last_orphan ||
      ext2fs_has_feature_orphan_present(&super))
    return fail_with(EINVAL, cat("was not cleanly closed; run e2fsck -f ", name));
  if (!ext2fs_has_feature_verity(&super) && !options.lacks_feature)
    return fail_with(EINVAL, "has no `verity` feature; --add-feature adds it");
  return {};
}

}  // namespace

Result<Ext4Image> Ext4Image::open(const std::string& path, const OpenOptions& options) {
  TRY(check_unused(path));
  ext2_filsys fs = nullptr;
  const std::string io_options = cat("offset=", options.offset);
  int flags = EXT2_FLAG_RW | EXT2_FLAG_64BITS | EXT2_FLAG_EXCLUSIVE;
  if (errcode_t code = ext2fs_open2(path.c_str(), options.offset ? io_options.c_str() : nullptr,
                                    flags, 0, 0, unix_io_manager, &fs)) {
    if (code == EXT2_ET_BAD_MAGIC) return fail_with(EINVAL, "is not an ext4 file system");
    if (code == EBUSY) return in_use();  // a partition of it is
    return ext4_failed("open", code);
  }
  Ext4Image image;
  image.fs_.reset(fs);
  TRY(check_features(fs, path, options));
  // The superblock's time of last write stays what it is: same image in, same image out.
  fs->now = static_cast<time_t>(fs->super->s_wtime);
  if (errcode_t code = ext2fs_read_bitmaps(fs)) return ext4_failed("read the bitmaps", code);
  image.hides_last_block_ =
      !ext2fs_mark_block_bitmap2(fs->block_map, ext2fs_blocks_count(fs->super) - 1);
  return image;
}

Result<> Ext4Image::begin_changes() {
  if (std::exchange(changed_, true)) return {};
  fs_->super->s_state = static_cast<u16>(fs_->super->s_state & ~EXT2_VALID_FS);
  ext2fs_mark_super_dirty(fs_.get());
  if (errcode_t code = ext2fs_flush(fs_.get())) return ext4_failed("write the superblock", code);
  return {};
}

Result<> Ext4Image::add_feature() {
  if (ext2fs_has_feature_verity(fs_->super)) return {};
  TRY(begin_changes());
  ext2fs_set_feature_verity(fs_->super);
  ext2fs_mark_super_dirty(fs_.get());
  return {};
}

Result<> Ext4Image::close() {
  if (!changed_) return {};
  if (hides_last_block_)
    ext2fs_unmark_block_bitmap2(fs_->block_map, ext2fs_blocks_count(fs_->super) - 1);
  // The clean mark must not reach the disk before everything else has.
  if (errcode_t code = ext2fs_flush(fs_.get())) return ext4_failed("write", code);
  fs_->super->s_state |= EXT2_VALID_FS;
  ext2fs_mark_super_dirty(fs_.get());
  ext2_filsys fs = fs_.release();
  if (errcode_t code = ext2fs_close_free(&fs)) return ext4_failed("write", code);
  return {};
}

Result<std::vector<Ext4Image::File>> Ext4Image::regular_files(
    const std::vector<std::string>& paths) {
  std::vector<File> files;
  std::vector<bool> seen(fs_->super->s_inodes_count + 1);
  for (const std::string& path : paths) {
    ext2_ino_t number;
    if (errcode_t code =
            ext2fs_namei_follow(fs_.get(), EXT2_ROOT_INO, EXT2_ROOT_INO, path.c_str(), &number)) {
      if (code == EXT2_ET_FILE_NOT_FOUND) return fail_with(ENOENT, cat(path, ": not in the image"));
      return ext4_failed(path, code);
    }
    std::string name = path.substr(std::min(path.find_first_not_of('/'), path.size()));
    while (name.ends_with('/')) name.pop_back();
    TRY(collect(number, name.empty() ? name : cat("/", name), seen, files));
  }
  return files;
}

// Every inode is visited once, which also ends the loops that a damaged image may have.
Result<> Ext4Image::collect(ext2_ino_t number, std::string path, std::vector<bool>& seen,
                            std::vector<File>& files) {
  if (number >= seen.size()) return fail_with(EINVAL, cat(path, ": damaged; run e2fsck -f"));
  if (seen[number]) return {};
  seen[number] = true;
  File file{number, std::move(path)};
  TRY_ASSIGN(ext2_inode inode, this->inode(file));
  if (LINUX_S_ISREG(inode.i_mode))
    files.push_back(std::move(file));
  else if (LINUX_S_ISDIR(inode.i_mode)) {
    std::vector<File> entries;
    auto add = [](ext2_ino_t, int, ext2_dir_entry* entry, int, int, char*, void* to) {
      std::string_view name(entry->name, static_cast<std::size_t>(ext2fs_dirent_name_len(entry)));
      if (name != "." && name != "..")
        static_cast<std::vector<File>*>(to)->push_back({entry->inode, std::string(name)});
      return 0;
    };
    if (errcode_t code = ext2fs_dir_iterate2(fs_.get(), number, 0, nullptr, add, &entries))
      return ext4_failed(file.path, code);
    for (File& entry : entries)
      TRY(collect(entry.number, cat(file.path, "/", entry.path), seen, files));
  }
  return {};
}

Result<ext2_inode> Ext4Image::inode(const File& file) {
  ext2_inode inode;
  if (errcode_t code = ext2fs_read_inode(fs_.get(), file.number, &inode))
    return ext4_failed(file.path, code);
  return inode;
}

Result<> Ext4Image::set_inode(const File& file, ext2_inode& inode) {
  TRY(begin_changes());
  if (errcode_t code = ext2fs_write_inode(fs_.get(), file.number, &inode))
    return ext4_failed(file.path, code);
  return {};
}

Result<> Ext4Image::read(const File& file, const std::function<void(Bytes)>& sink) {
  ext2_file_t opened;
  if (errcode_t code = ext2fs_file_open(fs_.get(), file.number, 0, &opened))
    return ext4_failed(file.path, code);
  std::vector<std::byte> buffer(1 << 20);
  errcode_t code;
  unsigned got;
  while ((code = ext2fs_file_read(opened, buffer.data(), static_cast<unsigned>(buffer.size()),
                                  &got)) == 0 &&
         got > 0)
    sink(Bytes(buffer).first(got));
  ext2fs_file_close(opened);
  if (code) return ext4_failed(file.path, code);
  return {};
}

Result<> Ext4Image::write_blocks(const File& file, u64 offset, Bytes blocks) {
  TRY(begin_changes());
  for (u64 at = 0; at < blocks.size(); at += kBlock) {
    blk64_t block = 0;
    errcode_t code = ext2fs_bmap2(fs_.get(), file.number, nullptr, nullptr, BMAP_ALLOC,
                                  (offset + at) / kBlock, nullptr, &block);
    if (!code) code = io_channel_write_blk64(fs_->io, block, 1, &blocks[at]);
    if (code) return ext4_failed(file.path, code);
  }
  return {};
}

Result<> Ext4Image::trim_tail(const File& file) {
  TRY(begin_changes());
  TRY_ASSIGN(ext2_inode inode, this->inode(file));
  const u64 size = EXT2_I_SIZE(&inode);
  if (errcode_t code = ext2fs_punch(fs_.get(), file.number, nullptr, nullptr,
                                    round_up<u64>(size, kBlock) / kBlock, ~blk64_t{0}))
    return ext4_failed(file.path, code);
  if (size % kBlock == 0) return {};

  blk64_t last = 0;
  int flags = 0;
  errcode_t code =
      ext2fs_bmap2(fs_.get(), file.number, nullptr, nullptr, 0, size / kBlock, &flags, &last);
  if (!code && last && !(flags & BMAP_RET_UNINIT)) {
    char block[kBlock];
    code = io_channel_read_blk64(fs_->io, last, 1, block);
    char* rest = block + size % kBlock;
    if (!code && std::any_of(rest, block + kBlock, [](char c) { return c != 0; })) {
      std::fill(rest, block + kBlock, '\0');
      code = io_channel_write_blk64(fs_->io, last, 1, block);
    }
  }
  if (code) return ext4_failed(file.path, code);
  return {};
}

}  // namespace cfs::disk
