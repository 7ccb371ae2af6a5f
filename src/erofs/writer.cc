// SPDX-License-Identifier: LGPL-2.1-or-later

// The image, front to back: header, superblock, inodes, shared attributes, data blocks. Layout has
// fixed every place before; here the same shapes are worked out again and written.

#include "erofs/writer.h"

#include <algorithm>
#include <cerrno>

#include "erofs/layout.h"
#include "format/composefs.h"
#include "tree/rules.h"

namespace cfs::erofs {

Result<u32> choose_version(const Tree& tree, const WriteOptions& options) {
  if (std::max(options.min_version, options.max_version) > format::kComposefsVersionMax)
    return fail_with(EINVAL, Error::describe(EINVAL));
  if (options.max_version > options.min_version)
    for (InodeId id = 0; id < tree.inode_count(); ++id)
      if (tree[id].is_whiteout()) return 1;
  return options.min_version;
}

namespace {

Result<> check(const Tree& tree) {
  for (InodeId id = 0; id < tree.inode_count(); ++id)
    if (!tree::valid_file_type(tree[id].mode)) return fail_with(EINVAL, Error::describe(EINVAL));
  if (!tree[tree::kRoot].is_directory()) return fail_with(ENOTDIR, Error::describe(ENOTDIR));
  // What the fields of an attribute on disk have room for.
  const tree::XattrPool& xattrs = tree.xattrs();
  for (tree::XattrId id = 0; id < xattrs.pair_count(); ++id)
    if (xattrs.pair(id).key.size() > tree::XattrBudget::kKeyMax ||
        xattrs.pair(id).value.size() > tree::XattrBudget::kValueMax)
      return fail_with(ERANGE, Error::describe(ERANGE));
  return {};
}

class Writer {
 public:
  Writer(const ImageTree& tree, XattrTable& xattrs, const Layout& layout,
         const Output::Write& write)
      : tree_(tree),
        xattrs_(xattrs),
        layout_(layout),
        directory_(tree),
        out_(write),
        next_block_(layout.data_start() / kBlock) {}

  Result<> run(u32 version) {
    emit_header(version);
    emit_super();
    u64 position = kFirstInode;
    u32 number = 0;
    tree_.visit_in_order([&](InodeId id, const Inode& inode) {
      if (!out_.failed()) emit_inode(id, inode, number++, position);
    });
    if (out_.failed()) return out_.finish();
    out_.zeros_until(layout_.inodes_end());
    out_.put(as_bytes(xattrs_.shared()));
    out_.zeros_until(layout_.data_start());
    for (InodeId id : layout_.block_owners()) {
      emit_blocks(id);
      if (out_.failed()) break;
    }
    return out_.finish();
  }

 private:
  void emit_header(u32 version);
  void emit_super();
  void emit_inode(InodeId id, const Inode& inode, u32 number, u64& position);
  void emit_compact(const Inode& inode, const Shape& shape, u32 number, u32 i_u);
  void emit_extended(const Inode& inode, const Shape& shape, u32 number, u32 i_u);
  u32 take_i_u(const Inode& inode, const Shape& shape);
  void emit_tail(const Inode& inode, const Shape& shape);
  void emit_blocks(InodeId id);
  void emit_chunk(u64 chunk) {
    directory_.emit_chunk(out_, chunk, [this](InodeId id) { return layout_.nid(id); });
  }
  void emit_null_addresses(u64 count) {
    const le32 null = format::kErofsNullAddress;
    while (count-- > 0) out_.put(bytes_of(null));
  }

  const ImageTree& tree_;
  XattrTable& xattrs_;
  const Layout& layout_;
  Directory directory_;
  Output out_;
  u64 next_block_;
};

void Writer::emit_header(u32 version) {
  format::ComposefsHeader header;
  header.flags = xattrs_.has_acl() ? format::kComposefsFlagHasAcl : 0;
  header.composefs_version = version;
  out_.put(bytes_of(header));
  out_.zeros_until(format::kErofsSuperOffset);
}

void Writer::emit_super() {
  format::ErofsSuper super;
  super.root_nid = static_cast<u16>(layout_.nid(tree::kRoot));
  super.inos = tree_.id_count();
  super.build_time = static_cast<u64>(layout_.build_time());
  super.build_time_nsec = layout_.build_time_nsec();
  super.blocks = static_cast<u32>(layout_.block_count());
  super.xattr_blkaddr = static_cast<u32>(layout_.inodes_end() / kBlock);
  out_.put(bytes_of(super));
}

void Writer::emit_inode(InodeId id, const Inode& inode, u32 number, u64& position) {
  Shape shape = layout_.shape(id, inode, xattrs_, directory_);
  out_.zeros_until(Layout::place(inode, shape, position));
  u32 i_u = take_i_u(inode, shape);
  if (shape.extended)
    emit_extended(inode, shape, number, i_u);
  else
    emit_compact(inode, shape, number, i_u);
  xattrs_.emit(out_, id, inode);
  if (shape.tail > 0) emit_tail(inode, shape);
}

u16 i_format(const Shape& shape) {
  return static_cast<u16>(static_cast<unsigned>(shape.layout) * 2 + shape.extended);
}

u16 xattr_icount(const Shape& shape) {
  u64 header =
      shape.extended ? sizeof(format::ErofsInodeExtended) : sizeof(format::ErofsInodeCompact);
  u64 area = shape.header_and_xattrs - header;
  return static_cast<u16>(area == 0 ? 0 : (area - sizeof(format::ErofsXattrHeader)) / 4 + 1);
}

void Writer::emit_compact(const Inode& inode, const Shape& shape, u32 number, u32 i_u) {
  format::ErofsInodeCompact disk;
  disk.i_format = i_format(shape);
  disk.i_xattr_icount = xattr_icount(shape);
  disk.i_mode = inode.mode;
  disk.i_nlink = static_cast<u16>(shape.nlink);
  disk.i_size = static_cast<u32>(shape.size);
  disk.i_u = i_u;
  disk.i_ino = number;
  disk.i_uid = static_cast<u16>(inode.uid);
  disk.i_gid = static_cast<u16>(inode.gid);
  out_.put(bytes_of(disk));
}

void Writer::emit_extended(const Inode& inode, const Shape& shape, u32 number, u32 i_u) {
  format::ErofsInodeExtended disk;
  disk.i_format = i_format(shape);
  disk.i_xattr_icount = xattr_icount(shape);
  disk.i_mode = inode.mode;
  disk.i_size = shape.size;
  disk.i_u = i_u;
  disk.i_ino = number;
  disk.i_uid = inode.uid;
  disk.i_gid = inode.gid;
  disk.i_mtime = static_cast<u64>(inode.mtime);
  disk.i_mtime_nsec = inode.mtime_nsec;
  disk.i_nlink = shape.nlink;
  out_.put(bytes_of(disk));
}

u32 Writer::take_i_u(const Inode& inode, const Shape& shape) {
  auto block = static_cast<u32>(next_block_);
  next_block_ += shape.blocks;
  if (inode.is_device()) return inode.rdev;
  if (!inode.is_external()) return shape.blocks > 0 ? block : 0;
  // The reference sets only the low half when the chunk list has moved to a block.
  u32 format = shape.chunk_bits - format::kErofsBlockBits;
  return shape.blocks > 0 ? (block & 0xffff0000) | format : format;
}

void Writer::emit_tail(const Inode& inode, const Shape& shape) {
  if (inode.is_directory())
    emit_chunk(shape.blocks);
  else if (inode.is_external())
    emit_null_addresses(shape.chunks());
  else
    out_.put(as_bytes(inode.data().substr(inode.text_size - shape.tail)));
}

void Writer::emit_blocks(InodeId id) {
  Inode inode = tree_.inode(id);
  if (inode.is_directory()) {
    directory_.load(id);
    for (u64 chunk = 0; chunk < directory_.blocks(); ++chunk) emit_chunk(chunk);
  } else if (inode.is_external()) {
    emit_null_addresses(kBlock / 4);
  } else {
    std::string_view block = inode.data().substr(0, kBlock);
    out_.put(as_bytes(block));
    out_.zeros(kBlock - block.size());
  }
}

}  // namespace

Result<> write_image(const Tree& tree, const WriteOptions& options, const Output::Write& write) {
  // Which composefs format version the tree needs.
  TRY(check(tree));
  TRY_ASSIGN(u32 version, choose_version(tree, options));
  // The tree as overlayfs must see it, numbered breadth first.
  ImageTree image(tree, version);
  // Attributes that occur more than once are stored once.
  XattrTable xattrs(image);
  // Every inode's place, and with it every number that others refer to.
  TRY_ASSIGN(Layout layout, Layout::of(image, xattrs));
  // The bytes.
  return Writer(image, xattrs, layout, write).run(version);
}

}  // namespace cfs::erofs
