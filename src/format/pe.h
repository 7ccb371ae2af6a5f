// SPDX-License-Identifier: LGPL-2.1-or-later

// The parts of a PE file that lead to its sections (PE/COFF specification, "File Headers" and
// "Section Table"). EFI programs are PE files: unified kernel images and their add-ons carry
// kernel, initramfs and command line as sections.
//
//     0          lfanew                                   + optional_header_size
//     | DosHeader ... | PeHeader | optional header | PeSection[section_count] | ...

#pragma once

#include "base/types.h"

namespace cfs::format {

struct DosHeader {
  char magic[2];  // "MZ"
  u8 unused[58];
  le32 lfanew;
};
static_assert(sizeof(DosHeader) == 64);

struct PeHeader {
  char magic[4];  // "PE\0\0"
  le16 machine;
  le16 section_count;
  le32 time_stamp;
  le32 symbol_table;
  le32 symbol_count;
  le16 optional_header_size;
  le16 characteristics;
};
static_assert(sizeof(PeHeader) == 24);

struct PeSection {
  char name[8];  // padded with zero bytes
  le32 virtual_size;
  le32 virtual_address;

  le32 raw_size;  // a multiple of the file's alignment; the content ends at virtual_size
  le32 raw_offset;
  u8 unused[12];
  le32 characteristics;
};
static_assert(sizeof(PeSection) == 40);

}  // namespace cfs::format
