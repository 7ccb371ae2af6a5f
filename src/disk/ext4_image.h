// SPDX-License-Identifier: LGPL-2.1-or-later

// An ext4 file system in a file (or on a block device) that is not mounted, edited through
// libext2fs: no root, no mount, no kernel.

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "disk/libext2fs.h"

namespace cfs::disk {

class Ext4Image {
 public:
  struct File {
    ext2_ino_t number;
    std::string path;  // inside the image, beginning with a slash
  };

  struct OpenOptions {
    u64 offset = 0;              // of the file system in the file, bytes
    bool lacks_feature = false;  // it may lack `verity`; add_feature() comes later
  };
  // Opens for writing. Refuses what verity metadata cannot be written to: no ext4, block size other
  // than 4096, no `verity` feature, in use, journal or checks outstanding. The error says what to
  // do.
  static Result<Ext4Image> open(const std::string& path, const OpenOptions& options);
  // Writes everything out. From the first change to here the file system is marked as not clean:
  // what a killed run leaves behind is refused by open() until e2fsck has repaired it.
  Result<> close();

  // `verity`, if it is missing.
  Result<> add_feature();

  // Regular files at or below `paths`, each inode once. A symlink among `paths` is followed, those
  // below are not.
  Result<std::vector<File>> regular_files(const std::vector<std::string>& paths);

  Result<ext2_inode> inode(const File& file);
  Result<> set_inode(const File& file, ext2_inode& inode);
  // Hands out all data in order, holes as zeros.
  Result<> read(const File& file, const std::function<void(Bytes)>& sink);
  // Writes whole blocks at `offset`, allocating where there are none. The size does not change.
  Result<> write_blocks(const File& file, u64 offset, Bytes blocks);
  // Frees the blocks behind the end of the file and clears the rest of its last one.
  Result<> trim_tail(const File& file);

 private:
  struct Free {
    void operator()(ext2_filsys fs) const { ext2fs_free(fs); }
  };

  Result<> begin_changes();
  Result<> collect(ext2_ino_t number, std::string path, std::vector<bool>& seen,
                   std::vector<File>& files);

  std::unique_ptr<struct_ext2_filsys, Free> fs_;
  bool changed_ = false;
  // libext2fs 1.47 cannot free the very last block again (ext2fs_block_alloc_stats_range is off by
  // one), so that block is kept from being allocated: marked as used, in memory only.
  bool hides_last_block_ = false;
};

}  // namespace cfs::disk
