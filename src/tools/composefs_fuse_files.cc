// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tools/composefs_fuse_files.h"

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "erofs/reader.h"
#include "format/composefs.h"
#include "fsverity/kernel.h"
#include "merkle/merkle.h"

namespace cfs::tools {

using tree::Inode;
using tree::InodeId;

Result<std::unique_ptr<FuseFiles>> FuseFiles::open(const std::string& path,
                                                   const std::string& basedir, Contents contents,
                                                   bool acl) {
  auto fd = open_file(path, O_RDONLY);
  if (!fd) return fail(fd.error().code, cat("Failed to open ", path));
  auto failed = [&](const Error& error) { return in_context(cat("Failed to load ", path), error); };
  auto image = Mapping::of(fd->get());
  if (!image) return failed(image.error());
  auto version = erofs::image_version(image->bytes());
  if (!version) return failed(version.error());
  auto tree = erofs::read_image(image->bytes());
  if (!tree) return failed(tree.error());
  format::ComposefsHeader header;
  std::memcpy(&header, image->bytes().data(), sizeof header);
  auto objects = open_file(basedir, O_PATH | O_DIRECTORY);
  if (!objects) return fail(objects.error().code, cat("Failed to open basedir ", basedir));
  acl = acl && (header.flags & format::kComposefsFlagHasAcl);
  return std::unique_ptr<FuseFiles>(new FuseFiles(std::move(*image), std::move(*tree), *version,
                                                  std::move(*objects), contents, acl));
}

FuseFiles::FuseFiles(Mapping image, Tree tree, u32 version, Fd basedir, Contents contents, bool acl)
    : image_(std::move(image)),
      tree_(std::move(tree)),
      shown_(tree_, version),
      basedir_(std::move(basedir)),
      contents_(contents),
      acl_(acl),
      parents_(tree_.inode_count()) {
  for (InodeId id = 0; id < tree_.inode_count(); ++id)
    for (const tree::Entry& entry : tree_.entries(id))
      if (tree_[entry.inode].is_directory()) parents_[entry.inode] = id;
}

struct stat FuseFiles::attributes(InodeId id) const {
  const Inode inode = shown_.inode(id);
  struct stat st {};
  st.st_ino = id + 1;
  st.st_mode = inode.mode;
  st.st_nlink = inode.nlink;
  st.st_uid = inode.uid;
  st.st_gid = inode.gid;
  st.st_rdev = inode.rdev;
  st.st_size = static_cast<off_t>(inode.size);
  st.st_blksize = 4096;
  st.st_blocks = static_cast<blkcnt_t>((inode.size + 511) / 512);
  st.st_mtim = {inode.mtime, static_cast<long>(inode.mtime_nsec)};
  st.st_atim = st.st_ctim = st.st_mtim;
  return st;
}

std::optional<InodeId> FuseFiles::find(InodeId directory, std::string_view name) const {
  auto entries = tree_.entries(directory);
  auto at = std::ranges::lower_bound(entries, name, {}, &tree::Entry::name);
  if (at == entries.end() || at->name != name) return {};
  return at->inode;
}

std::vector<tree::Xattr> FuseFiles::xattrs(InodeId id) const {
  std::vector<tree::Xattr> seen;
  for (tree::XattrId each : shown_.xattrs().set(shown_.xattrs_of(id))) {
    const tree::Xattr& xattr = shown_.xattrs().pair(each);
    bool is_acl = xattr.key.starts_with("system.posix_acl_");
    if (xattr.key.starts_with("user.") || (acl_ && is_acl)) seen.push_back(xattr);
  }
  return seen;
}

Result<Fd> FuseFiles::open_object(InodeId id) {
  const Inode& inode = tree_[id];
  std::string_view object = inode.data();
  object.remove_prefix(std::min(object.find_first_not_of('/'), object.size()));
  if (object.empty()) return fail_with(EIO, "the image names no object");
  TRY_ASSIGN(Fd fd, open_beneath(basedir_.get(), std::string(object), O_RDONLY | O_NONBLOCK));
  TRY(check(inode, fd.get()));
  return fd;
}

Result<> FuseFiles::check(const Inode& inode, int fd) {
  auto refused = [&](std::string_view what) {
    return fail_with(EIO, cat(printable(inode.data()), ": ", what));
  };
  struct stat st;
  if (::fstat(fd, &st) < 0) return refused(Error::describe(errno));
  if (!S_ISREG(st.st_mode) || static_cast<u64>(st.st_size) != inode.size)
    return refused("not a file of the size that the image says");
  if (contents_ == Contents::kUnchecked) return {};
  if (!inode.digest) {
    if (contents_ == Contents::kFsVerity) return refused("the image has no digest of it");
    return {};
  }
  Digest wanted = tree_.digest(inode);
  TRY_ASSIGN(auto kernel, fsverity::measure(fd));
  if (kernel && *kernel != wanted) return refused("its fs-verity digest is not the image's");
  if (kernel) return {};
  if (contents_ == Contents::kFsVerity) return refused("it has no fs-verity");

  // Reading takes time: once for each state of the file.
  const Seen now = seen_of(st);
  const std::string key = cat(wanted.hex(), inode.data());
  {
    std::lock_guard lock(mutex_);
    if (auto known = good_.find(key); known != good_.end() && known->second == now) return {};
  }
  TRY_ASSIGN(Digest found, merkle::digest_of_fd(wanted.alg, fd));
  if (found != wanted) return refused("its content does not have the image's digest");
  std::lock_guard lock(mutex_);
  good_.insert_or_assign(key, now);
  return {};
}

FuseFiles::Seen FuseFiles::seen_of(const struct stat& st) {
  return {st.st_dev, st.st_ino, st.st_size, st.st_mtim, st.st_ctim};
}

bool FuseFiles::Seen::operator==(const Seen& other) const {
  auto same = [](const timespec& a, const timespec& b) {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
  };
  return dev == other.dev && ino == other.ino && size == other.size && same(mtime, other.mtime) &&
         same(ctime, other.ctime);
}

}  // namespace cfs::tools
