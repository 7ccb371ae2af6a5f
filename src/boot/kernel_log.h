// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <string_view>

#include "base/fd.h"

namespace cfs::boot {

// The message of a record of /dev/kmsg, if it is a warning or worse of overlayfs, fs-verity or
// EROFS; nothing otherwise. What these merely report ("mounted with root inode", "using
// implementation") explains no failure.
std::string_view complaint_in(std::string_view record);

// What the kernel logs from now on. System calls say EIO where the log names the file and the
// block.
class KernelLog {
 public:
  KernelLog();

  // "; kernel: LINE; kernel: LINE", the first few different complaints since the last call, or
  // nothing.
  std::string complaints();

 private:
  Fd kmsg_;
};

}  // namespace cfs::boot
