// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

#include "base/fd.h"

namespace cfs::boot {

// What the kernel logs from now on. System calls say EIO where the log names the file and the
// block.
class KernelLog {
 public:
  KernelLog();

  // "; kernel: LINE; kernel: LINE", the first few different lines of overlayfs, fs-verity and EROFS
  // since the last call, or nothing.
  std::string complaints();

 private:
  Fd kmsg_;
};

}  // namespace cfs::boot
