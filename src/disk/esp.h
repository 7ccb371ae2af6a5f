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

// PATH[:TARGET]: a directory, whose content goes to TARGET (default: the root), or a file (default
// target: EFI/Linux/NAME for a unified kernel image *.efi, NAME otherwise). Appends to `files`,
// directories before what is in them. Refuses symlinks and other things that FAT does not know.
Result<> add_esp_content(const std::string& text, std::vector<EspFile>& files);

struct EspFormat {
  u64 size = 0;
  u64 hidden = 0;  // bytes of the disk before the partition
  i64 time = 0;
  u32 volume_id = 0;
};

// Into an empty file without a name, below `directory`.
Result<Fd> make_esp(const std::string& directory, const EspFormat& format,
                    std::vector<EspFile> files);

}  // namespace cfs::disk
