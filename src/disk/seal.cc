// SPDX-License-Identifier: LGPL-2.1-or-later

// First the tree and the descriptor of every file are written to free blocks; then the files get
// them and the flag. Until then nothing refers to what was written, so that a failure changes
// nothing. A file's data, size and times do not change.

#include "disk/seal.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/fd.h"
#include "base/lock.h"
#include "base/text.h"
#include "disk/ext4_image.h"
#include "disk/partitions.h"
#include "format/ext4_verity.h"
#include "merkle/merkle.h"

namespace cfs::disk {

namespace {

using File = Ext4Image::File;

bool is_sealed(const ext2_inode& inode) { return inode.i_flags & format::kExt4VerityFlag; }

// Runs on one image take turns: two at once would take the same free blocks. A block device has
// EXT2_FLAG_EXCLUSIVE for that, and its lock may be held by who started us (udevadm lock).
Result<Fd> take_turn(const std::string& disk) {
  auto fd = open_file(disk, O_RDWR);
  if (!fd) return fail(fd.error().code, "open");
  struct stat is;
  if (::fstat(fd->get(), &is) < 0) return fail(errno, "stat");
  if (S_ISREG(is.st_mode)) TRY(lock(fd->get(), LOCK_EX, disk));
  return fd;
}

// Those of `files` that have no verity yet; every one of them can get it.
Result<std::vector<File>> unsealed(Ext4Image& image, std::vector<File> files) {
  std::vector<File> result;
  for (File& file : files) {
    TRY_ASSIGN(ext2_inode inode, image.inode(file));
    if (is_sealed(inode)) continue;
    const char* obstacle = inode.i_flags & EXT4_INLINE_DATA_FL  ? "its data is in the inode"
                           : inode.i_flags & EXT4_ENCRYPT_FL    ? "it is encrypted"
                           : !(inode.i_flags & EXT4_EXTENTS_FL) ? "it does not use extents"
                                                                : nullptr;
    if (obstacle)
      return fail_with(EINVAL,
                       cat(file.path, ": cannot have fs-verity: ", std::string_view(obstacle),
                           "; write the file anew on an ext4 made with mke2fs -t ext4"
                           " -O verity,extents,^inline_data,^encrypt"));
    TRY(image.check(file));
    result.push_back(std::move(file));
  }
  return result;
}

Result<Sealed> prepare(Ext4Image& image, HashAlg alg, const File& file) {
  merkle::Builder builder(alg, merkle::Builder::Keep::kTree);
  TRY(image.read(file, [&](Bytes data) { builder.update(data); }));
  Digest digest = builder.finish();

  std::vector<std::byte> metadata = builder.tree();
  format::Ext4VerityTrailer trailer;
  trailer.descriptor = builder.descriptor();
  Bytes last = bytes_of(trailer);
  metadata.insert(metadata.end(), last.begin(), last.end());
  TRY(image.prepare(file, format::ext4_verity_offset(builder.size()), metadata,
                    format::kExt4VerityFlag));
  return Sealed{file.path, digest};
}

// A file system that is not mounted is no place to go up in: more would be sealed than was named,
// and that for good.
Result<> check_path(std::string_view path) {
  for (std::size_t at = 0; at <= path.size();) {
    std::size_t end = std::min(path.find('/', at), path.size());
    if (path.substr(at, end - at) == "..")
      return fail_with(EINVAL, cat(printable(path), ": has `..` in it; write the path without"));
    at = end + 1;
  }
  return {};
}

Result<std::vector<Sealed>> seal(const std::string& disk, const SealOptions& options,
                                 const std::vector<std::string>& paths) {
  for (const std::string& path : paths) TRY(check_path(path));
  TRY_ASSIGN(Fd turn, take_turn(disk));
  TRY_ASSIGN(auto partition, find_root(disk));
  TRY_ASSIGN(auto image, Ext4Image::open(disk, {partition, options.add_feature}));
  TRY_ASSIGN(auto found, image.regular_files(paths));
  TRY_ASSIGN(auto files, unsealed(image, std::move(found)));
  std::vector<Sealed> sealed;
  for (const File& file : files) {
    TRY_ASSIGN(Sealed one, prepare(image, options.alg, file));
    sealed.push_back(std::move(one));
  }
  TRY(image.commit(options.add_feature));
  return sealed;
}

}  // namespace

Result<std::vector<Sealed>> seal_files(const std::string& disk, const SealOptions& options,
                                       const std::vector<std::string>& paths) {
  auto sealed = seal(disk, options, paths);
  if (!sealed) return in_context(disk, std::move(sealed).error());
  return sealed;
}

}  // namespace cfs::disk
