// SPDX-License-Identifier: LGPL-2.1-or-later

// The part of the EROFS on-disk format that composefs images use, with the kernel's field names
// (fs/erofs/erofs_fs.h).

#pragma once

#include <cstddef>

#include "base/types.h"

namespace cfs::format {

inline constexpr u32 kErofsMagic = 0xe0f5e1e2;
inline constexpr u32 kErofsSuperOffset = 1024;
inline constexpr u32 kErofsBlockBits = 12;
inline constexpr u32 kErofsBlockSize = 1u << kErofsBlockBits;
inline constexpr u32 kErofsSlotBits = 5;  // inode addresses count 32-byte slots
inline constexpr u32 kErofsSlotSize = 1u << kErofsSlotBits;
inline constexpr u32 kErofsFeatureCompatMtime = 2;
inline constexpr u32 kErofsFeatureCompatXattrFilter = 4;
inline constexpr u32 kErofsNullAddress = 0xffffffff;

struct ErofsSuper {
  le32 magic = kErofsMagic;
  le32 checksum;
  le32 feature_compat = kErofsFeatureCompatMtime | kErofsFeatureCompatXattrFilter;
  u8 blkszbits = kErofsBlockBits;
  u8 sb_extslots = 0;
  le16 root_nid;

  le64 inos;
  le64 build_time;

  le32 build_time_nsec;
  le32 blocks;
  le32 meta_blkaddr;
  le32 xattr_blkaddr;

  u8 uuid[16] = {};

  u8 volume_name[16] = {};

  le32 feature_incompat;
  le16 available_compr_algs;
  le16 extra_devices;
  le16 devt_slotoff;
  u8 dirblkbits = 0;
  u8 xattr_prefix_count = 0;
  le32 xattr_prefix_start;

  le64 packed_nid;
  u8 xattr_filter_reserved = 0;
  u8 reserved[23] = {};
};
static_assert(sizeof(ErofsSuper) == 128);
static_assert(offsetof(ErofsSuper, root_nid) == 14 && offsetof(ErofsSuper, inos) == 16);
static_assert(offsetof(ErofsSuper, feature_incompat) == 80 && offsetof(ErofsSuper, packed_nid) == 96);

// i_format = layout * 2 + (extended ? 1 : 0)
enum class ErofsLayout : u8 { kFlatPlain = 0, kFlatInline = 2, kChunkBased = 4 };

struct ErofsInodeCompact {
  le16 i_format;
  le16 i_xattr_icount;
  le16 i_mode;
  le16 i_nlink;
  le32 i_size;
  le32 i_reserved;

  le32 i_u;
  le32 i_ino;
  le16 i_uid;
  le16 i_gid;
  le32 i_reserved2;
};
static_assert(sizeof(ErofsInodeCompact) == 32 && offsetof(ErofsInodeCompact, i_u) == 16);

struct ErofsInodeExtended {
  le16 i_format;
  le16 i_xattr_icount;
  le16 i_mode;
  le16 i_reserved;
  le64 i_size;

  le32 i_u;
  le32 i_ino;
  le32 i_uid;
  le32 i_gid;

  le64 i_mtime;
  le32 i_mtime_nsec;
  le32 i_nlink;

  u8 i_reserved2[16] = {};
};
static_assert(sizeof(ErofsInodeExtended) == 64 && offsetof(ErofsInodeExtended, i_mtime) == 32);

struct ErofsXattrHeader {
  le32 h_name_filter;
  u8 h_shared_count = 0;
  u8 h_reserved2[7] = {};
  // le32 h_shared_xattrs[h_shared_count], then inline entries
};
static_assert(sizeof(ErofsXattrHeader) == 12);

struct ErofsXattrEntry {
  u8 e_name_len = 0;
  u8 e_name_index = 0;
  le16 e_value_size;
  // the name without its prefix, then the value, zero-padded to 4 bytes
};
static_assert(sizeof(ErofsXattrEntry) == 4);
inline constexpr u32 kErofsXattrFilterSeed = 0x25BBE08F;

// Name prefixes by e_name_index. Index 5 ("lustre.") is only ever read.
inline constexpr std::string_view kErofsXattrPrefixes[] = {
    "", "user.", "system.posix_acl_access", "system.posix_acl_default", "trusted.", "lustre.",
    "security."};

struct ErofsDirent {
  le64 nid;
  le16 nameoff;
  u8 file_type = 0;
  u8 reserved = 0;
};
static_assert(sizeof(ErofsDirent) == 12);

// file_type of a directory entry from a mode; 0 for an unknown type.
constexpr u8 erofs_file_type(u32 mode) {
  constexpr u8 types[16] = {0, 5, 3, 0, 2, 0, 4, 0, 1, 0, 7, 0, 6, 0, 0, 0};
  return types[(mode >> 12) & 15];
}

// Chunk-based inodes: i_u holds log2(chunk size) - 12 in its low bits; one 4-byte address a chunk.
inline constexpr u32 kErofsChunkBitsMax = 43;
inline constexpr u32 kErofsChunkFormatBlkBitsMask = 0x1f;

}  // namespace cfs::format
