// SPDX-License-Identifier: LGPL-2.1-or-later

#include "disk/ext4_format.h"

#include "base/program.h"
#include "base/text.h"

namespace cfs::disk {

namespace {

constexpr std::string_view kFeatures =
    "none,has_journal,ext_attr,resize_inode,dir_index,filetype,extent,64bit,flex_bg,sparse_super,"
    "large_file,huge_file,dir_nlink,extra_isize,metadata_csum,verity";

// MiB; mke2fs' own rule, which a later version may change.
u64 journal_size(u64 bytes) {
  constexpr u64 kGiB = u64{1} << 30;
  if (bytes < kGiB / 8) return 4;
  if (bytes < kGiB) return 16;
  if (bytes < 2 * kGiB) return 32;
  if (bytes < 16 * kGiB) return 64;
  if (bytes < 32 * kGiB) return 128;
  return 256;
}

}  // namespace

Result<> format_ext4(int fd, const Ext4Format& format) {
  std::string extended = cat("hash_seed=", format.uuid, ",offset=", format.offset,
                             ",nodiscard,root_owner=0:0,assume_storage_prezeroed=1");
  return run_program(
      {"mke2fs",
       "-q",
       "-F",
       "-b",
       "4096",
       "-I",
       "256",
       "-m",
       "0",
       "-G",
       "16",
       "-O",
       std::string(kFeatures),
       "-J",
       cat("size=", journal_size(format.size)),
       "-N",
       cat(format.inodes),
       "-L",
       format.label,
       "-U",
       format.uuid,
       "-E",
       extended,
       kHandedFile,
       cat(format.size / 4096)},
      {.environment = {{"MKE2FS_CONFIG=/dev/null", cat("E2FSPROGS_FAKE_TIME=", format.time)}},
       .files = {fd},
       .advice = "install the package e2fsprogs"});
}

}  // namespace cfs::disk
