// SPDX-License-Identifier: LGPL-2.1-or-later

// fs-verity on-disk constants and the descriptor whose hash is a file's digest
// (kernel: Documentation/filesystems/fsverity.rst).

#pragma once

#include <cstddef>

#include "base/types.h"

namespace cfs::format {

inline constexpr u32 kVerityBlockSize = 4096;
inline constexpr u8 kVerityLogBlockSize = 12;
inline constexpr u8 kHashAlgSha256 = 1;
inline constexpr u8 kHashAlgSha512 = 2;

struct FsverityDescriptor {
  u8 version = 1;
  u8 hash_algorithm = kHashAlgSha256;
  u8 log_blocksize = kVerityLogBlockSize;
  u8 salt_size = 0;
  le32 sig_size;
  le64 data_size;

  u8 root_hash[64] = {};  // zero-padded; all zero for an empty file

  u8 salt[32] = {};
  u8 reserved[144] = {};
};
static_assert(sizeof(FsverityDescriptor) == 256);
static_assert(offsetof(FsverityDescriptor, root_hash) == 16);

}  // namespace cfs::format
