// SPDX-License-Identifier: LGPL-2.1-or-later

#include "erofs/image_view.h"

#include <algorithm>
#include <cerrno>

#include "base/text.h"

namespace cfs::erofs {

namespace {

// Feature bit that chunk-based inodes should set; composefs leaves it clear, others do not.
constexpr u32 kIncompatChunkedFile = 4;

template <class T>
T read_struct(Bytes bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

tl::unexpected<Error> unsupported(std::string_view what) { return refuse_image(what, ENOTSUP); }

}  // namespace

tl::unexpected<Error> refuse_image(std::string_view what, int code) {
  return fail_with(code, cat(Error::describe(code), " (", what, ")"));
}

tl::unexpected<Error> refuse_inode(u64 nid, std::string_view what, int code) {
  return refuse_image(cat("inode ", nid, ": ", what), code);
}

Result<ImageView> ImageView::open(Bytes image) {
  if (image.size() < format::kErofsBlockSize) return refuse_image("shorter than 4096 bytes");
  auto header = read_struct<format::ComposefsHeader>(image);
  if (header.magic != format::kComposefsMagic) return refuse_image("no composefs magic");
  if (header.version != format::kComposefsContainerVersion)
    return unsupported(cat("composefs container version ", u32{header.version}));
  auto super = read_struct<format::ErofsSuper>(image.subspan(format::kErofsSuperOffset));
  if (super.magic != format::kErofsMagic) return refuse_image("no EROFS magic");
  if (super.blkszbits != format::kErofsBlockBits) return unsupported("block size is not 4096");
  if ((super.feature_incompat & ~kIncompatChunkedFile) != 0 || super.sb_extslots != 0 ||
      super.dirblkbits != 0 || super.xattr_prefix_count != 0 || super.packed_nid != 0 ||
      super.extra_devices != 0)
    return unsupported("EROFS features that composefs does not use");

  ImageView view;
  view.image_ = image;
  view.version_ = header.composefs_version;
  view.root_nid_ = super.root_nid;
  view.inode_count_ = std::min(u64{super.inos}, image.size() / format::kErofsSlotSize);
  view.meta_start_ = u64{super.meta_blkaddr} * format::kErofsBlockSize;
  view.xattr_start_ = u64{super.xattr_blkaddr} * format::kErofsBlockSize;
  view.build_time_ = static_cast<i64>(u64{super.build_time});
  view.build_time_nsec_ = super.build_time_nsec;
  if (u64{super.blocks} * format::kErofsBlockSize > image.size())
    return refuse_image("shorter than its superblock says");
  if (view.meta_start_ >= image.size() || view.xattr_start_ >= image.size())
    return refuse_image("metadata lies outside the image");
  return view;
}

Result<Bytes> ImageView::range(u64 offset, u64 size) const {
  if (offset > image_.size() || size > image_.size() - offset)
    return refuse_image("lies outside the image");
  return image_.subspan(offset, size);
}

Result<DiskInode> ImageView::inode(u64 nid) const {
  auto outside = [nid] { return refuse_inode(nid, "lies outside the image"); };
  if (nid > image_.size() / format::kErofsSlotSize) return outside();
  u64 at = meta_start_ + nid * format::kErofsSlotSize;
  auto head = range(at, sizeof(format::ErofsInodeCompact));
  if (!head) return outside();
  auto compact = read_struct<format::ErofsInodeCompact>(*head);

  DiskInode inode;
  inode.nid = nid;
  inode.mode = compact.i_mode;
  inode.i_u = compact.i_u;
  u16 format = compact.i_format;
  bool extended = format & 1;
  if (format > 2 * static_cast<unsigned>(format::ErofsLayout::kChunkBased) + 1 || (format >> 1) % 2)
    return refuse_inode(nid, "a data layout that composefs does not use");
  inode.layout = static_cast<format::ErofsLayout>(format >> 1);
  u64 header_size = extended ? sizeof(format::ErofsInodeExtended) : sizeof compact;
  if (extended) {
    auto all = range(at, header_size);
    if (!all) return outside();
    auto disk = read_struct<format::ErofsInodeExtended>(*all);
    inode.size = disk.i_size;
    inode.mtime = static_cast<i64>(u64{disk.i_mtime});
    inode.mtime_nsec = disk.i_mtime_nsec;
    inode.nlink = disk.i_nlink;
    inode.uid = disk.i_uid;
    inode.gid = disk.i_gid;
  } else {
    inode.size = compact.i_size;
    inode.mtime = build_time_;
    inode.mtime_nsec = build_time_nsec_;
    inode.nlink = compact.i_nlink;
    inode.uid = compact.i_uid;
    inode.gid = compact.i_gid;
  }
  u64 xattr_size = compact.i_xattr_icount == 0
                       ? 0
                       : sizeof(format::ErofsXattrHeader) + (u64{compact.i_xattr_icount} - 1) * 4;
  auto area = range(at + header_size, xattr_size);
  if (!area) return refuse_inode(nid, "its attributes lie outside the image");
  inode.xattrs = *area;
  inode.tail_at = at + header_size + xattr_size;
  return inode;
}

Result<DiskData> ImageView::data(const DiskInode& inode) const {
  bool has_tail = inode.layout == format::ErofsLayout::kFlatInline;
  u64 tail_size = has_tail ? inode.size % format::kErofsBlockSize : 0;
  auto blocks = range(u64{inode.i_u} * format::kErofsBlockSize, inode.size - tail_size);
  if (inode.size == tail_size) blocks = Bytes();
  auto tail = range(inode.tail_at, tail_size);
  if (!blocks || !tail) return refuse_inode(inode.nid, "its data lies outside the image");
  if (tail_size > 0 && inode.tail_at / format::kErofsBlockSize !=
                           (inode.tail_at + tail_size - 1) / format::kErofsBlockSize)
    return refuse_inode(inode.nid, "its inline data crosses a block");
  return DiskData{*blocks, *tail};
}

u64 ImageView::inode_extent(const DiskInode& inode) const {
  u64 start = meta_start_ + inode.nid * format::kErofsSlotSize;
  u64 tail =
      inode.layout == format::ErofsLayout::kFlatInline ? inode.size % format::kErofsBlockSize : 0;
  return inode.tail_at - start + tail;
}

Result<DiskXattr> ImageView::shared_xattr(u32 reference) const {
  u64 at = xattr_start_ + u64{reference} * 4;
  if (at >= image_.size()) return refuse_image("a shared attribute lies outside the image");
  Bytes area = image_.subspan(at);
  return take_xattr(area);
}

Result<DiskXattr> ImageView::take_xattr(Bytes& area) {
  if (area.size() < sizeof(format::ErofsXattrEntry)) return refuse_image("an attribute is cut off");
  auto entry = read_struct<format::ErofsXattrEntry>(area);
  std::size_t size = entry.e_name_len + std::size_t{entry.e_value_size};
  Bytes rest = area.subspan(sizeof entry);
  if (rest.size() < size) return refuse_image("an attribute is cut off");
  if (entry.e_name_index >= std::size(format::kErofsXattrPrefixes))
    return refuse_image("an attribute has an unknown name prefix");
  DiskXattr xattr{entry.e_name_index, as_text(rest.first(entry.e_name_len)),
                  as_text(rest.subspan(entry.e_name_len, entry.e_value_size))};
  area = rest.subspan(std::min(rest.size(), round_up(size, std::size_t{4})));
  return xattr;
}

}  // namespace cfs::erofs
