// SPDX-License-Identifier: LGPL-2.1-or-later

// An ext4 file system in a file (or on a block device) that is not mounted, edited through
// libext2fs: no root, no mount, no kernel.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "disk/libext2fs.h"
#include "disk/partitions.h"

namespace cfs::disk {

class Ext4Image {
 public:
  struct File {
    ext2_ino_t number;
    std::string path;  // inside the image, beginning with a slash
  };

  struct OpenOptions {
    std::optional<Place> partition;  // of the file system, if it does not have all of the file
    bool lacks_feature = false;      // it may lack `verity`; commit() can add it
  };
  // Opens for writing. Refuses what verity metadata cannot be written to: no ext4, block size other
  // than 4096, no `verity` feature, cut off, in use, journal or checks outstanding. The error says
  // what to do.
  static Result<Ext4Image> open(const std::string& path, const OpenOptions& options);

  // Regular files at or below `paths`, each inode once. A symlink among `paths` is followed, those
  // below are not.
  Result<std::vector<File>> regular_files(const std::vector<std::string>& paths);

  Result<ext2_inode> inode(const File& file);
  // Hands out all data in order, holes as zeros.
  Result<> read(const File& file, const std::function<void(Bytes)>& sink);

  // Refuses a file with blocks that are not its alone. For every file before the first prepare(),
  // which relies on it.
  Result<> check(const File& file);

  // Two steps, so that a file has all of this or nothing, and its content, whatever happens (see
  // ext4_change.cc). The first gives `file` whole blocks at `offset`, behind its end, in place of
  // all that is there, zeros in the rest of its last block, and `flags`. It writes only what nobody
  // reads: after an error, which is final, the file system is what it was.
  Result<> prepare(const File& file, u64 offset, Bytes blocks, u32 flags);
  // The second makes that real for all files, and adds the `verity` feature if it is to; durable
  // when it returns. Meanwhile the file system is marked as not clean: what a killed run leaves is
  // refused by open() until e2fsck has looked at it. So it is after an error, which then says so.
  Result<> commit(bool add_feature);

 private:
  struct Free {
    void operator()(ext2_filsys fs) const { ext2fs_free(fs); }
    void operator()(ext2fs_block_bitmap bitmap) const { ext2fs_free_block_bitmap(bitmap); }
  };
  struct Mapping;
  struct Change {
    ext2_ino_t number;
    ext2_inode inode;
  };

  Result<> collect(File top, std::vector<bool>& seen, std::vector<File>& files);
  Result<std::vector<File>> entries(const File& directory);
  tl::unexpected<Error> damaged(std::string_view whose) const;
  bool is_used(blk64_t first, u64 count) const;
  bool claim(blk64_t first, u64 count);
  Result<> claim_fixed();
  Result<> each_extent(const File& file, ext2_inode inode,
                       const std::function<Result<>(const ext2fs_extent&)>& sink);
  Result<Mapping> mapping(const File& file, const ext2_inode& inode);
  Result<> clear_rest(const File& file, u64 size, const Mapping& mapping);
  Result<> write_new(const File& file, u64 offset, Bytes blocks, Mapping& mapping);
  Result<> set_mapping(const File& file, const Mapping& mapping, ext2_inode& inode);
  Result<> apply(bool add_feature);
  Result<> write_superblock(bool clean);

  std::unique_ptr<struct_ext2_filsys, Free> fs_;
  std::string name_;  // for e2fsck
  // Blocks of the file system itself, and of the files that were checked.
  std::unique_ptr<std::remove_pointer_t<ext2fs_block_bitmap>, Free> owned_;
  // What commit() has to do.
  std::vector<Change> changes_;
  std::vector<blk64_t> unused_;
  blk64_t next_block_ = 0;  // to look for free ones from here
};

}  // namespace cfs::disk
