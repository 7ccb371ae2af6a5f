// SPDX-License-Identifier: LGPL-2.1-or-later

// In two passes, so that nothing is ever half sealed. The first writes tree and descriptor of every
// file behind its end, where nobody looks; if it fails, those blocks are freed again and the image
// is what it was. The second sets the flags, which needs no space. A file's data, size and times do
// not change.

#include "disk/seal.h"

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "disk/ext4_image.h"
#include "disk/partitions.h"
#include "format/ext4_verity.h"
#include "merkle/merkle.h"

namespace cfs::disk {

namespace {

using File = Ext4Image::File;

bool is_sealed(const ext2_inode& inode) { return inode.i_flags & format::kExt4VerityFlag; }

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
    result.push_back(std::move(file));
  }
  return result;
}

Result<Digest> write_metadata(Ext4Image& image, HashAlg alg, const File& file) {
  TRY(image.trim_tail(file));
  merkle::Builder builder(alg, merkle::Builder::Keep::kTree);
  TRY(image.read(file, [&](Bytes data) { builder.update(data); }));
  Digest digest = builder.finish();

  std::vector<std::byte> metadata = builder.tree();
  format::Ext4VerityTrailer trailer;
  trailer.descriptor = builder.descriptor();
  Bytes last = bytes_of(trailer);
  metadata.insert(metadata.end(), last.begin(), last.end());
  TRY(image.write_blocks(file, format::ext4_verity_offset(builder.size()), metadata));
  return digest;
}

Result<std::vector<Sealed>> write_all_metadata(Ext4Image& image, HashAlg alg,
                                               const std::vector<File>& files) {
  std::vector<Sealed> sealed;
  for (const File& file : files) {
    auto digest = write_metadata(image, alg, file);
    if (!digest) {
      for (std::size_t i = 0; i <= sealed.size(); ++i) TRY(image.trim_tail(files[i]));
      TRY(image.close());
      return tl::make_unexpected(std::move(digest).error());
    }
    sealed.push_back({file.path, *digest});
  }
  return sealed;
}

// An unset variable in a script must not mean the root, and a file system that is not mounted is no
// place to go up in: more would be sealed than was named, and that for good.
Result<> check_path(std::string_view path) {
  if (path.empty())
    return fail_with(EINVAL, "a PATH is empty; write / for every file of the file system");
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
  TRY_ASSIGN(u64 offset, find_root(disk));
  TRY_ASSIGN(auto image, Ext4Image::open(disk, {offset, options.add_feature}));
  TRY_ASSIGN(auto found, image.regular_files(paths));
  TRY_ASSIGN(auto files, unsealed(image, std::move(found)));
  TRY_ASSIGN(auto sealed, write_all_metadata(image, options.alg, files));
  if (options.add_feature) TRY(image.add_feature());
  for (const File& file : files) {
    TRY_ASSIGN(ext2_inode inode, image.inode(file));
    inode.i_flags |= format::kExt4VerityFlag;
    TRY(image.set_inode(file, inode));
  }
  TRY(image.close());
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
