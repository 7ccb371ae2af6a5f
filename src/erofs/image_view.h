// SPDX-License-Identifier: LGPL-2.1-or-later

// Bounds-checked access to the parts of an image. Nothing here trusts an offset, a length or a
// count; every refusal says which inode and what is wrong with it.

#pragma once

#include <cerrno>
#include <string>

#include "base/result.h"
#include "format/composefs.h"
#include "format/erofs.h"

namespace cfs::erofs {

struct DiskInode {
  u64 nid = 0;
  u64 size = 0;
  i64 mtime = 0;
  u32 mtime_nsec = 0;
  u32 nlink = 0;
  u32 uid = 0;
  u32 gid = 0;
  u32 i_u = 0;
  u16 mode = 0;
  format::ErofsLayout layout = format::ErofsLayout::kFlatPlain;
  Bytes xattrs;     // the area behind the header; empty without attributes
  u64 tail_at = 0;  // offset in the image of what follows header and attributes
};

// A file's bytes: whole blocks (the last may be cut), then the tail behind the inode.
struct DiskData {
  Bytes blocks, tail;
};

struct DiskXattr {
  u8 name_index = 0;
  std::string_view suffix, value;
};

class ImageView {
 public:
  // Checks header and superblock: EINVAL (not an image), ENOTSUP (a kind that we do not read).
  static Result<ImageView> open(Bytes image);

  u32 version() const { return version_; }
  u64 root_nid() const { return root_nid_; }
  u64 size() const { return image_.size(); }
  // As the superblock says, but no more than there is room for.
  u64 inode_count() const { return inode_count_; }

  Result<DiskInode> inode(u64 nid) const;
  // For flat layouts.
  Result<DiskData> data(const DiskInode& inode) const;
  // Bytes the inode occupies where it stands: header, attributes, tail.
  u64 inode_extent(const DiskInode& inode) const;
  Result<DiskXattr> shared_xattr(u32 reference) const;
  // Decodes one entry at the front of `area` and removes it.
  static Result<DiskXattr> take_xattr(Bytes& area);

 private:
  Result<Bytes> range(u64 offset, u64 size) const;

  Bytes image_;
  u32 version_ = 0;
  u64 root_nid_ = 0;
  u64 inode_count_ = 0;
  u64 meta_start_ = 0;
  u64 xattr_start_ = 0;
  i64 build_time_ = 0;
  u32 build_time_nsec_ = 0;
};

// "Invalid argument (WHAT)"
tl::unexpected<Error> refuse_image(std::string_view what, int code = EINVAL);
tl::unexpected<Error> refuse_inode(u64 nid, std::string_view what, int code = EINVAL);

}  // namespace cfs::erofs
