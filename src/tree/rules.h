// SPDX-License-Identifier: LGPL-2.1-or-later

// Limits that every producer of a tree keeps (composefs 1.0.8, lcfs-writer.h and lcfs-internal.h).

#pragma once

#include <sys/stat.h>

#include "base/types.h"
#include "format/erofs.h"

namespace cfs::tree {

inline constexpr std::size_t kNameMax = 255;            // and at least 1
inline constexpr std::size_t kPathPayloadMax = 4095;    // symlink targets, backing paths
inline constexpr std::size_t kInlineContentMax = 5000;  // what an image may hold
inline constexpr std::size_t kInlineContentScan = 64;   // what a directory scan puts into it
inline constexpr u64 kExternalSizeMax = u64{1} << 53;   // 1024 chunks of 2^43 bytes

inline bool valid_file_type(u32 mode) { return format::erofs_file_type(mode) != 0; }

// The budget of one inode's extended attributes. `old_value` is the length of the value that a
// repeated key replaces.
class XattrBudget {
 public:
  static constexpr std::size_t kKeyMax = 255;
  static constexpr std::size_t kValueMax = 65535;
  static constexpr std::size_t kTotalMax = 32767;

  // False when the attribute does not fit.
  bool add(std::size_t key, std::size_t value) {
    if (key == 0 || key > kKeyMax || value > kValueMax) return false;
    if (count_++ == 0) total_ += 12;
    total_ += 7 + key + value;
    return total_ <= kTotalMax;
  }
  void remove(std::size_t key, std::size_t value) {
    total_ -= 7 + key + value;
    if (--count_ == 0) total_ = 0;
  }

 private:
  std::size_t total_ = 0;
  std::size_t count_ = 0;
};

}  // namespace cfs::tree
