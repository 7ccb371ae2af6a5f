// SPDX-License-Identifier: LGPL-2.1-or-later

// Where ext4 keeps a file's fs-verity metadata: in ordinary blocks of the file, past its end
// (kernel: fs/ext4/verity.c, Documentation/filesystems/ext4/verity.rst).
//
//     0            size        metadata_offset                                       end of a block
//     | data ...   |   hole    | Merkle tree, top level first | descriptor | 0 ... 0 | le32 |
//                                                             '---------- one block ---------'

#pragma once

#include "base/types.h"
#include "format/fsverity.h"

namespace cfs::format {

inline constexpr u64 kExt4VerityAlignment = 65536;  // of the metadata, whatever the block size
inline constexpr u32 kExt4FeatureRoCompatVerity = 0x8000;
inline constexpr u32 kExt4VerityFlag = 0x00100000;  // of the inode: its metadata is there

// Offset in the file of the Merkle tree, or of the descriptor when there is no tree.
constexpr u64 ext4_verity_offset(u64 data_size) {
  return round_up(data_size, kExt4VerityAlignment);
}

// The last block of the metadata.
struct Ext4VerityTrailer {
  FsverityDescriptor descriptor;

  u8 reserved[kVerityBlockSize - sizeof(FsverityDescriptor) - sizeof(le32)] = {};
  le32 descriptor_size = sizeof(FsverityDescriptor);
};
static_assert(sizeof(Ext4VerityTrailer) == kVerityBlockSize);
static_assert(offsetof(Ext4VerityTrailer, descriptor_size) == kVerityBlockSize - 4);

}  // namespace cfs::format
