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

Result<> check_features(ext2_filsys fs, const std::string& name, bool may_lack_verity) {
  ext2_super_block& super = *fs->super;
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
  if (ext2fs_has_feature_bigalloc(&super))
    return fail_with(EINVAL, "has clusters of blocks; make it with mke2fs -O ^bigalloc");
  if (ext2fs_has_feature_quota(&super))
    return fail_with(EINVAL, cat("keeps quotas, which would be wrong afterwards; run tune2fs -O"
                                 " ^quota ",
                                 name, ", and switch them on again later"));
  if (ext2fs_has_feature_mmp(&super))
    return fail_with(EINVAL, cat("has multiple mount protection; run tune2fs -O ^mmp ", name,
                                 ", and switch it on again later"));
  if (ext2fs_has_feature_shared_blocks(&super))
    return fail_with(EINVAL,
                     cat("has files that share blocks; run e2fsck -f -E unshare_blocks ", name));
  if (!ext2fs_has_feature_verity(&super) && !may_lack_verity)
    return fail_with(EINVAL, "has no `verity` feature; --add-feature adds it");
  return {};
}

// Else it would be written to what comes behind its partition.
Result<> check_space(ext2_filsys fs, const std::string& path,
                     const std::optional<Place>& partition) {
  blk64_t space = partition ? partition->size / kBlock : 0;
  if (!partition)
    if (errcode_t code = ext2fs_get_device_size2(path.c_str(), kBlock, &space))
      return ext4_failed("find out how large it is", code);
  const u64 blocks = ext2fs_blocks_count(fs->super);
  if (blocks > space)
    return fail_with(EINVAL, cat("has ", blocks, " blocks, and space for ", space,
                                 "; make that larger, or the file system smaller (resize2fs)"));
  return {};
}

}  // namespace

Result<Ext4Image> Ext4Image::open(const std::string& path, const OpenOptions& options) {
  TRY(check_unused(path));
  ext2_filsys fs = nullptr;
  const u64 offset = options.partition ? options.partition->offset : 0;
  const std::string io_options = cat("offset=", offset);
  int flags = EXT2_FLAG_RW | EXT2_FLAG_64BITS | EXT2_FLAG_EXCLUSIVE | EXT2_FLAG_SKIP_MMP;
  if (errcode_t code = ext2fs_open2(path.c_str(), offset ? io_options.c_str() : nullptr, flags, 0,
                                    0, unix_io_manager, &fs)) {
    if (code == EXT2_ET_BAD_MAGIC) return fail_with(EINVAL, "is not an ext4 file system");
    if (code == EBUSY) return in_use();  // a partition of it is
    return ext4_failed("open", code);
  }
  Ext4Image image;
  image.fs_.reset(fs);
  // As e2fsprogs' own programs take it.
  image.name_ = offset ? cat("'", path, "?offset=", offset, "'") : path;
  TRY(check_features(fs, image.name_, options.lacks_feature));
  TRY(check_space(fs, path, options.partition));
  // The superblock's time of last write stays what it is: same image in, same image out.
  fs->now = static_cast<time_t>(fs->super->s_wtime);
  if (errcode_t code = ext2fs_read_bitmaps(fs)) return ext4_failed("read the bitmaps", code);
  TRY(image.claim_fixed());
  // The superblock would be written piece by piece, and between two pieces its checksum would be
  // wrong, which e2fsck cannot repair where there is no copy. Without what it was at first it is
  // written at once.
  ext2fs_free_mem(&fs->orig_super);
  return image;
}

Result<std::vector<Ext4Image::File>> Ext4Image::regular_files(
    const std::vector<std::string>& paths) {
  std::vector<File> files;
  std::vector<bool> seen(fs_->super->s_inodes_count + 1);
  for (const std::string& path : paths) {
    ext2_ino_t number;
    if (errcode_t code =
            ext2fs_namei_follow(fs_.get(), EXT2_ROOT_INO, EXT2_ROOT_INO, path.c_str(), &number)) {
      if (code == EXT2_ET_FILE_NOT_FOUND || code == EXT2_ET_NO_DIRECTORY)
        return fail_with(ENOENT, cat(path, ": not in the image"));
      return ext4_failed(path, code);
    }
    std::string name = path.substr(std::min(path.find_first_not_of('/'), path.size()));
    while (name.ends_with('/')) name.pop_back();
    TRY(collect({number, name.empty() ? name : cat("/", name)}, seen, files));
  }
  return files;
}

// Every inode is visited once, which also ends the loops that a damaged image may have.
Result<> Ext4Image::collect(File top, std::vector<bool>& seen, std::vector<File>& files) {
  std::vector<File> pending{std::move(top)};
  while (!pending.empty()) {
    File file = std::move(pending.back());
    pending.pop_back();
    if (file.number >= seen.size()) return damaged(cat(file.path, ": "));
    if (seen[file.number]) continue;
    seen[file.number] = true;
    TRY_ASSIGN(ext2_inode inode, this->inode(file));
    if (LINUX_S_ISREG(inode.i_mode)) {
      files.push_back(std::move(file));
    } else if (LINUX_S_ISDIR(inode.i_mode)) {
      TRY_ASSIGN(auto entries, entries(file));
      pending.insert(pending.end(), std::make_move_iterator(entries.rbegin()),
                     std::make_move_iterator(entries.rend()));
    }
  }
  return {};
}

Result<std::vector<Ext4Image::File>> Ext4Image::entries(const File& directory) {
  std::vector<File> found;
  auto add = [](ext2_ino_t, int, ext2_dir_entry* entry, int, int, char*, void* to) {
    std::string_view name(entry->name, static_cast<std::size_t>(ext2fs_dirent_name_len(entry)));
    if (name != "." && name != "..")
      static_cast<std::vector<File>*>(to)->push_back({entry->inode, std::string(name)});
    return 0;
  };
  if (errcode_t code = ext2fs_dir_iterate2(fs_.get(), directory.number, 0, nullptr, add, &found))
    return ext4_failed(directory.path, code);
  for (File& file : found) file.path = cat(directory.path, "/", file.path);
  return found;
}

Result<ext2_inode> Ext4Image::inode(const File& file) {
  ext2_inode inode;
  if (errcode_t code = ext2fs_read_inode(fs_.get(), file.number, &inode))
    return ext4_failed(file.path, code);
  return inode;
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

}  // namespace cfs::disk
