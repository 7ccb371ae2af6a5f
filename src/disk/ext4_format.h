// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

#include "base/result.h"
#include "base/types.h"

namespace cfs::disk {

struct Ext4Format {
  u64 offset = 0;  // in the file, bytes
  u64 size = 0;    // bytes, a multiple of 4096
  u64 inodes = 0;  // at least
  i64 time = 1;    // seconds; of everything that is not in the tree
  std::string label;
  std::string uuid;
};

// An empty ext4 with the `verity` feature, by mke2fs with every choice made here: the same bytes
// whatever the machine's mke2fs.conf, clock and user. That part of the file must be a hole.
Result<> format_ext4(int fd, const Ext4Format& format);

}  // namespace cfs::disk
