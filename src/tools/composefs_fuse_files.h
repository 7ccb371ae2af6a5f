// SPDX-License-Identifier: LGPL-2.1-or-later

// The files that composefs-fuse shows: an image's, as the kernel's mount of it would show them, and
// their contents, compared with the image's digests when they are opened.

#pragma once

#include <sys/stat.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/fd.h"
#include "erofs/image_tree.h"

namespace cfs::tools {

enum class Contents {
  kUnchecked,
  kChecked,   // by fs-verity where the object has it, else by reading it
  kFsVerity,  // every object must have fs-verity and a digest in the image
};

class FuseFiles {
 public:
  // Reads and checks the whole image. Errors are complete.
  static Result<std::unique_ptr<FuseFiles>> open(const std::string& image,
                                                 const std::string& basedir, Contents contents,
                                                 bool acl);

  const Tree& tree() const { return tree_; }
  bool has_acl() const { return acl_; }

  struct stat attributes(tree::InodeId id) const;
  tree::InodeId parent(tree::InodeId directory) const { return parents_[directory]; }
  // Nothing when there is no such entry.
  std::optional<tree::InodeId> find(tree::InodeId directory, std::string_view name) const;
  // Those that may be seen: user.*, and ACLs where they are in use.
  std::vector<tree::Xattr> xattrs(tree::InodeId id) const;

  // The object of an external file. EIO: it is not what the image says, or cannot be checked.
  Result<Fd> open_object(tree::InodeId id);

 private:
  FuseFiles(Mapping image, Tree tree, u32 version, Fd basedir, Contents contents, bool acl);
  Result<> check(const tree::Inode& inode, int fd);

  Mapping image_;
  Tree tree_;
  erofs::ImageTree shown_;
  Fd basedir_;
  Contents contents_;
  bool acl_;
  std::vector<tree::InodeId> parents_;  // of directories

  // Objects found good by reading them: as they were then.
  struct Seen {
    dev_t dev;
    ino_t ino;
    off_t size;
    timespec mtime, ctime;
    bool operator==(const Seen& other) const;
  };
  static Seen seen_of(const struct stat& st);
  std::mutex mutex_;
  std::map<std::string, Seen, std::less<>> good_;  // by digest and object
};

}  // namespace cfs::tools
