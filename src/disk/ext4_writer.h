// SPDX-License-Identifier: LGPL-2.1-or-later

// Fills an empty ext4 file system with a tree, through libext2fs. Every place is decided before the
// first content is written, from the tree and the sizes alone: inode numbers are dense in the order
// of paths, directories come first, then the files one after the other, a sealed file's hash tree
// and descriptor behind its data. So a tree that does not fit is refused at once, contents may be
// written by any number of threads, and equal trees give equal file systems.
//
// Files have no holes in ext4's sense: blocks of zeros are allocated, and left as holes in the
// image file.

#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "disk/layout.h"
#include "disk/libext2fs.h"
#include "fsverity/digest.h"

namespace cfs::disk {

// `count` blocks of a file from its block `logical` on are at block `physical` of the file system.
struct Run {
  u64 logical = 0;
  u64 physical = 0;
  u64 count = 0;
};

class Ext4Writer {
 public:
  // A file system made by format_ext4. `time` as there.
  static Result<Ext4Writer> open(int fd, u64 offset, i64 time);

  // Names, attributes and places of everything; the tree's root becomes the file system's. Sealed
  // files get room for a hash tree of `alg`. Fails with ENOSPC when not everything fits.
  Result<> add(const Layout& layout, HashAlg alg, const Objects& objects);
  u64 free_blocks() const { return ext2fs_free_blocks_count(fs_->super); }
  Result<> close();

  // Where a regular file's blocks are, in the order of the file.
  std::span<const Run> runs(tree::InodeId id) const {
    return std::span(runs_).subspan(first_run_[id], run_count_[id]);
  }

 private:
  struct Free {
    void operator()(ext2_filsys fs) const { ext2fs_free(fs); }
  };
  struct RawInode;

  Result<> number(const Tree& tree);
  Result<> add_directory(const Tree& tree, tree::InodeId id);
  Result<> add_inode(const Tree& tree, tree::InodeId id, const FileContent& content, HashAlg alg,
                     const Objects& objects);
  Result<> allocate(u64 logical, u64 count, std::vector<Run>& runs);
  Result<> write_inode(const Tree& tree, tree::InodeId id, RawInode& raw,
                       std::span<const Run> runs);
  Result<> write_xattrs(const Tree& tree, const tree::Inode& inode, ext2_ino_t number);
  Result<> write_block(u64 block, const char* data);
  std::vector<std::string> directory_blocks(const Tree& tree, tree::InodeId id) const;
  RawInode raw_inode(const tree::Inode& inode, u32 links) const;

  std::unique_ptr<struct_ext2_filsys, Free> fs_;
  i64 time_ = 0;
  u64 next_block_ = 0;                 // nothing is free before it
  std::vector<ext2_ino_t> number_;     // by inode id
  std::vector<u32> links_;             // by inode id
  std::vector<tree::InodeId> parent_;  // of directories
  std::vector<Run> runs_;
  std::vector<std::size_t> first_run_;
  std::vector<u32> run_count_;
};

}  // namespace cfs::disk
