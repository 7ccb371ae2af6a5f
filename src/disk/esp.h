// SPDX-License-Identifier: LGPL-2.1-or-later

// The EFI system partition: a FAT file system made by mkfs.vfat and filled by mtools, without a
// mount. Equal content gives equal bytes.

#pragma once

#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace cfs::disk {

struct EspFile {
  std::string target;  // below the root of the partition, without a leading slash
  std::string source;  // empty: a directory
  u64 size = 0;
};

// Whether TARGET can be had, with `--esp=` before the text: a file needs a name, no part is `..` or
// no name for FAT.
Result<> check_esp_content(const std::string& text);
// PATH[:TARGET] that is checked: a directory, whose content goes to TARGET (default: the root), or
// a file (default target: EFI/Linux/NAME for a unified kernel image *.efi, NAME otherwise). Appends
// to `files`, directories before what is in them. Refuses symlinks and other things and names that
// FAT does not know.
Result<> add_esp_content(const std::string& text, std::vector<EspFile>& files);

inline constexpr u64 kLargestEsp = u64{1} << 40;  // FAT32 with clusters of 4 KiB

struct EspFormat {
  u64 size = 0;    // at most kLargestEsp
  u64 hidden = 0;  // bytes of the disk before the partition
  i64 time = 0;
  u32 volume_id = 0;
};

// Into an empty file without a name, below `directory`.
Result<Fd> make_esp(const std::string& directory, const EspFormat& format,
                    std::vector<EspFile> files);

}  // namespace cfs::disk
