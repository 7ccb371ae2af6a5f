// SPDX-License-Identifier: LGPL-2.1-or-later

#include "disk/ext4_writer.h"

#include <ext2fs/ext2_ext_attr.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "disk/ext4_error.h"
#include "format/ext4_verity.h"
#include "merkle/merkle.h"
#include "tree/walk.h"

namespace cfs::disk {

using tree::Inode;
using tree::InodeId;
using tree::kRoot;

namespace {

constexpr u32 kBlock = format::kVerityBlockSize;
constexpr u64 kRunMax = 32768;            // blocks of one extent (EXT_INIT_MAX_LEN)
constexpr std::size_t kFastLinkMax = 59;  // targets up to here are in the inode
constexpr u32 kLinksMax = 65000;          // beyond, the count of a directory is 1 (dir_nlink)

u64 blocks_of(u64 bytes) { return bytes / kBlock + (bytes % kBlock != 0); }

// 34 bits of seconds from 1901 on, the upper two with the nanoseconds.
void set_time(i64 seconds, u32 nanoseconds, u32& low, u32& extra) {
  constexpr i64 kFirst = -(i64{1} << 31), kLast = kFirst + (i64{1} << 34) - 1;
  seconds = std::clamp(seconds, kFirst, kLast);
  low = static_cast<u32>(seconds);
  i64 epoch = (seconds - static_cast<std::int32_t>(low)) >> 32;
  extra = static_cast<u32>(epoch & 3) | std::min(nanoseconds, 999'999'999u) << 2;
}

u8 type_of(const Inode& inode) {
  switch (inode.type()) {
    case S_IFREG:
      return EXT2_FT_REG_FILE;
    case S_IFDIR:
      return EXT2_FT_DIR;
    case S_IFCHR:
      return EXT2_FT_CHRDEV;
    case S_IFBLK:
      return EXT2_FT_BLKDEV;
    case S_IFIFO:
      return EXT2_FT_FIFO;
    case S_IFSOCK:
      return EXT2_FT_SOCK;
    default:
      return EXT2_FT_SYMLINK;
  }
}

// Whether ext4 has attributes of that name: libext2fs writes any.
bool is_known(std::string_view xattr) {
  for (std::string_view prefix : {"user.", "trusted.", "security."})
    if (xattr.starts_with(prefix)) return xattr.size() > prefix.size();
  return xattr == "system.posix_acl_access" || xattr == "system.posix_acl_default";
}

Result<> set_xattr(ext2_xattr_handle* handle, const tree::Xattr& xattr) {
  const std::string key(xattr.key), what = cat("extended attribute `", printable(key), "`");
  if (!is_known(key))
    return fail_with(EINVAL, cat(what, ": ext4 has none of that name; take it from the file"));
  errcode_t code = ext2fs_xattr_set(handle, key.c_str(), xattr.value.data(), xattr.value.size());
  if (code == EXT2_ET_EA_NO_SPACE)
    return fail_with(E2BIG, "its extended attributes are larger than ext4 allows (one block)");
  if (code && key.starts_with("system."))  // the library reads its value
    return fail_with(EINVAL, cat(what, ": not an access control list; take it from the file"));
  if (code) return ext4_failed(what, code);
  return {};
}

// Takes away what differs between versions of mke2fs and is no property of the tree: how often
// blocks were written, and which block bitmaps are left for the kernel to write (1.47.2 leaves
// fewer). The copies of the superblock have both, too, and are written again only on request.
void level(ext2_filsys fs) {
  fs->super->s_kbytes_written = 0;
  for (dgrp_t group = 0; group < fs->group_desc_count; ++group)
    ext2fs_bg_flags_clear(fs, group, EXT2_BG_BLOCK_UNINIT);
  ext2fs_mark_bb_dirty(fs);
  fs->flags &= ~EXT2_FLAG_MASTER_SB_ONLY;
}

}  // namespace

struct Ext4Writer::RawInode {
  union {
    ext2_inode_large large;
    ext2_inode base;
    std::byte bytes[256];
  };
};

Result<Ext4Writer> Ext4Writer::open(int fd, u64 offset, i64 time) {
  ext2_filsys fs = nullptr;
  std::string options = cat("offset=", offset);
  int flags = EXT2_FLAG_RW | EXT2_FLAG_64BITS;
  if (errcode_t code = ext2fs_open2(cat("/proc/self/fd/", fd).c_str(), options.c_str(), flags, 0, 0,
                                    unix_io_manager, &fs))
    return ext4_failed("open the new file system", code);
  Ext4Writer writer;
  writer.fs_.reset(fs);
  writer.time_ = time;
  fs->now = time;
  if (errcode_t code = ext2fs_read_bitmaps(fs)) return ext4_failed("read the bitmaps", code);
  level(fs);
  return writer;
}

Result<> Ext4Writer::close() {
  ext2_filsys fs = fs_.release();
  errcode_t code = ext2fs_close2(fs, EXT2_FLAG_FLUSH_NO_SYNC);
  if (code) {
    ext2fs_free(fs);
    return ext4_failed("write the file system", code);
  }
  return {};
}

Result<> Ext4Writer::add(const Layout& layout, HashAlg alg, const Objects& objects) {
  const Tree& tree = layout.tree;
  first_run_.resize(tree.inode_count());
  run_count_.resize(tree.inode_count());
  TRY(number(tree));
  // The root that mke2fs made; its block is free for the new one.
  if (errcode_t code = ext2fs_punch(fs_.get(), EXT2_ROOT_INO, nullptr, nullptr, 0, ~blk64_t{0}))
    return ext4_failed("/", code);

  // Directories first: they lie together.
  TRY(add_directory(tree, kRoot));
  Result<> result;
  for (bool directories : {true, false})
    tree::walk(tree, [&](std::string_view path, const tree::Entry& entry) {
      const Inode& inode = tree[entry.inode];
      if (entry.link || inode.is_directory() != directories) return true;
      result = directories
                   ? add_directory(tree, entry.inode)
                   : add_inode(tree, entry.inode, layout.contents[entry.inode], alg, objects);
      if (!result && result.error().code != ENOSPC)
        result = in_context(path, std::move(result).error());
      return result.has_value();
    });
  return result;
}

// Inode numbers, link counts, parents.
Result<> Ext4Writer::number(const Tree& tree) {
  number_.assign(tree.inode_count(), 0);
  links_.assign(tree.inode_count(), 0);
  parent_.assign(tree.inode_count(), kRoot);
  number_[kRoot] = EXT2_ROOT_INO;
  links_[kRoot] = 3;  // ".", ".." and the one of lost+found
  const u32 last = fs_->super->s_inodes_count;
  ext2_ino_t next = EXT2_FIRST_INODE(fs_->super) + 1;  // the first is lost+found's
  std::vector<InodeId> path{kRoot};
  bool enough = true;
  tree::walk(tree, [&](std::string_view, const tree::Entry& entry) {
    if (!entry.link) {
      enough = next <= last;
      if (!enough) return false;
      number_[entry.inode] = next;
      ext2fs_inode_alloc_stats2(fs_.get(), next++, +1, tree[entry.inode].is_directory());
    }
    ++links_[entry.inode];
    return true;
  });
  if (!enough) return fail_with(ENOSPC, "no inodes left in the file system");
  for (InodeId dir = 0; dir < tree.inode_count(); ++dir)
    for (const tree::Entry& entry : tree.entries(dir))
      if (!entry.link && tree[entry.inode].is_directory()) {
        parent_[entry.inode] = dir;
        ++links_[entry.inode];  // its "."
        ++links_[dir];          // its ".."
      }
  return {};
}

Result<> Ext4Writer::allocate(u64 logical, u64 count, std::vector<Run>& runs) {
  // libext2fs 1.47 cannot account for the very last block (ext2fs_block_alloc_stats_range).
  const blk64_t last = ext2fs_blocks_count(fs_->super) - 2;
  while (count > 0) {
    blk64_t first, used;
    if (next_block_ > last ||
        ext2fs_find_first_zero_block_bitmap2(fs_->block_map, next_block_, last, &first))
      return fail_with(ENOSPC, "no space left in the file system");
    blk64_t end = std::min(first + std::min(count, kRunMax), last + 1);
    if (!ext2fs_find_first_set_block_bitmap2(fs_->block_map, first, end - 1, &used)) end = used;
    ext2fs_block_alloc_stats_range(fs_.get(), first, static_cast<blk_t>(end - first), +1);
    runs.push_back({logical, first, end - first});
    logical += end - first;
    count -= end - first;
    next_block_ = end;
  }
  return {};
}

Result<> Ext4Writer::write_block(u64 block, const char* data) {
  if (errcode_t code = io_channel_write_blk64(fs_->io, block, 1, data))
    return ext4_failed("write", code);
  return {};
}

Ext4Writer::RawInode Ext4Writer::raw_inode(const Inode& inode, u32 links) const {
  RawInode raw;
  std::memset(raw.bytes, 0, sizeof raw.bytes);
  ext2_inode_large& to = raw.large;
  to.i_mode = inode.mode;
  to.i_uid = static_cast<u16>(inode.uid);
  to.i_uid_high = static_cast<u16>(inode.uid >> 16);
  to.i_gid = static_cast<u16>(inode.gid);
  to.i_gid_high = static_cast<u16>(inode.gid >> 16);
  to.i_links_count = static_cast<u16>(inode.is_directory() && links > kLinksMax ? 1 : links);
  to.i_extra_isize = sizeof(ext2_inode_large) - EXT2_GOOD_OLD_INODE_SIZE;
  set_time(inode.mtime, inode.mtime_nsec, to.i_mtime, to.i_mtime_extra);
  set_time(time_, 0, to.i_atime, to.i_atime_extra);
  set_time(time_, 0, to.i_ctime, to.i_ctime_extra);
  set_time(time_, 0, to.i_crtime, to.i_crtime_extra);
  return raw;
}

Result<> Ext4Writer::write_inode(const Tree& tree, InodeId id, RawInode& raw,
                                 std::span<const Run> runs) {
  ext2_filsys fs = fs_.get();
  const ext2_ino_t number = number_[id];
  u64 blocks = 0;
  for (const Run& run : runs) blocks += run.count;
  ext2fs_iblk_set(fs, &raw.base, blocks);
  auto write = [&] { return ext2fs_write_inode_full(fs, number, &raw.base, sizeof raw.bytes); };
  errcode_t code = write();
  if (!code && raw.base.i_flags & EXT4_EXTENTS_FL) {
    // Works on `raw` itself: its header, its extents, the blocks they need.
    ext2_extent_handle_t handle;
    code = ext2fs_extent_open2(fs, number, &raw.base, &handle);
    for (std::size_t i = 0; !code && i < runs.size(); ++i) {
      ext2fs_extent extent{};
      extent.e_lblk = runs[i].logical;
      extent.e_pblk = runs[i].physical;
      extent.e_len = static_cast<u32>(runs[i].count);
      code = ext2fs_extent_insert(handle, EXT2_EXTENT_INSERT_AFTER, &extent);
    }
    if (!code) code = write();
    ext2fs_extent_free(handle);
  }
  if (code) return ext4_failed("write the inode", code);
  return write_xattrs(tree, tree[id], number);
}

Result<> Ext4Writer::write_xattrs(const Tree& tree, const Inode& inode, ext2_ino_t number) {
  std::vector<tree::Xattr> list;
  for (tree::XattrId id : tree.xattrs().set(inode.xattrs)) list.push_back(tree.xattrs().pair(id));
  if (list.empty()) return {};
  std::ranges::sort(list, {}, &tree::Xattr::key);
  ext2_xattr_handle* handle;
  errcode_t code = ext2fs_xattrs_open(fs_.get(), number, &handle);
  if (code) return ext4_failed("extended attributes", code);
  Result<> result;
  for (std::size_t i = 0; result && i < list.size(); ++i) result = set_xattr(handle, list[i]);
  ext2fs_xattrs_close(&handle);
  return result;
}

std::vector<std::string> Ext4Writer::directory_blocks(const Tree& tree, InodeId id) const {
  constexpr std::size_t kEnd = kBlock - sizeof(ext2_dir_entry_tail);
  std::vector<std::string> blocks;
  std::size_t used = kEnd, last = 0;
  auto entry_at = [&](std::size_t at) {
    return reinterpret_cast<ext2_dir_entry*>(blocks.back().data() + at);
  };
  auto stretch_last = [&] {
    if (!blocks.empty()) entry_at(last)->rec_len = static_cast<u16>(kEnd - last);
  };
  auto put = [&](ext2_ino_t number, std::string_view name, u8 type) {
    std::size_t need = round_up<std::size_t>(8 + name.size(), 4);
    if (used + need > kEnd) {
      stretch_last();
      blocks.emplace_back(kBlock, '\0');
      ext2fs_initialize_dirent_tail(fs_.get(), EXT2_DIRENT_TAIL(blocks.back().data(), kBlock));
      used = 0;
    }
    ext2_dir_entry* entry = entry_at(used);
    entry->inode = number;
    entry->rec_len = static_cast<u16>(need);
    ext2fs_dirent_set_name_len(entry, static_cast<int>(name.size()));
    ext2fs_dirent_set_file_type(entry, type);
    std::memcpy(entry->name, name.data(), name.size());
    last = used;
    used += need;
  };
  put(number_[id], ".", EXT2_FT_DIR);
  put(number_[parent_[id]], "..", EXT2_FT_DIR);
  if (id == kRoot) put(EXT2_FIRST_INODE(fs_->super), "lost+found", EXT2_FT_DIR);
  for (const tree::Entry& entry : tree.entries(id))
    put(number_[entry.inode], entry.name, type_of(tree[entry.inode]));
  stretch_last();
  return blocks;
}

Result<> Ext4Writer::add_directory(const Tree& tree, InodeId id) {
  std::vector<std::string> blocks = directory_blocks(tree, id);
  std::vector<Run> runs;
  TRY(allocate(0, blocks.size(), runs));
  RawInode raw = raw_inode(tree[id], links_[id]);
  raw.base.i_flags = EXT4_EXTENTS_FL;
  ext2fs_inode_size_set(fs_.get(), &raw.base, static_cast<ext2_off64_t>(blocks.size() * kBlock));
  TRY(write_inode(tree, id, raw, runs));
  // After the inode, which the checksums of the blocks depend on.
  for (const Run& run : runs)
    for (u64 i = 0; i < run.count; ++i)
      if (errcode_t code = ext2fs_write_dir_block4(fs_.get(), run.physical + i,
                                                   blocks[run.logical + i].data(), 0, number_[id]))
        return ext4_failed("write the directory", code);
  return {};
}

Result<> Ext4Writer::add_inode(const Tree& tree, InodeId id, const FileContent& content,
                               HashAlg alg, const Objects& objects) {
  const Inode& inode = tree[id];
  if (links_[id] > kLinksMax)
    return fail_with(EMLINK, cat("has ", links_[id], " names; ext4 allows ", kLinksMax));
  RawInode raw = raw_inode(inode, links_[id]);
  std::vector<Run> runs;
  std::string_view text;  // content that is in the tree
  if (inode.is_device()) {
    u32 major = inode.rdev >> 8 & 0xfff, minor = (inode.rdev & 0xff) | (inode.rdev >> 12 & 0xfff00);
    if (major < 256 && minor < 256)
      raw.base.i_block[0] = major << 8 | minor;
    else
      raw.base.i_block[1] = inode.rdev;
  } else if (inode.is_symlink()) {
    text = inode.data();
    raw.base.i_size = static_cast<u32>(text.size());
    if (text.size() <= kFastLinkMax) {
      std::memcpy(raw.base.i_block, text.data(), text.size());
      text = {};
    } else {
      TRY(allocate(0, 1, runs));
    }
  } else if (inode.is_regular()) {
    if (inode.inline_content) text = inode.data();
    const u64 size = content.object == Objects::kNone ? text.size() : objects[content.object].size;
    ext2fs_inode_size_set(fs_.get(), &raw.base, static_cast<ext2_off64_t>(size));
    TRY(allocate(0, blocks_of(size), runs));
    if (content.sealed) {
      u64 metadata = merkle::tree_size(alg, size) + sizeof(format::Ext4VerityTrailer);
      TRY(allocate(blocks_of(format::ext4_verity_offset(size)), blocks_of(metadata), runs));
      raw.base.i_flags |= format::kExt4VerityFlag;
    }
  }
  if (inode.is_regular() || !runs.empty()) raw.base.i_flags |= EXT4_EXTENTS_FL;
  TRY(write_inode(tree, id, raw, runs));
  for (u64 i = 0; !text.empty(); ++i, text.remove_prefix(std::min<u64>(text.size(), kBlock))) {
    std::string block(text.substr(0, kBlock));
    block.resize(kBlock, '\0');
    auto run = std::ranges::find_if(runs, [&](const Run& r) { return i < r.logical + r.count; });
    TRY(write_block(run->physical + i - run->logical, block.data()));
  }
  first_run_[id] = runs_.size();
  run_count_[id] = static_cast<u32>(runs.size());
  runs_.insert(runs_.end(), runs.begin(), runs.end());
  return {};
}

}  // namespace cfs::disk
