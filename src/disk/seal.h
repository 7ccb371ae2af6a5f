// SPDX-License-Identifier: LGPL-2.1-or-later

// Switches fs-verity on for files of an ext4 image that is not mounted, as the kernel's
// FS_IOC_ENABLE_VERITY would on a mounted one.

#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "fsverity/digest.h"

namespace cfs::disk {

struct Sealed {
  std::string path;  // inside the image
  Digest digest;
};

// Seals the regular files at or below `paths` of the image file `disk`: block size 4096, no salt,
// no signature. Files that have verity already are left alone and not returned. All or nothing:
// when a file cannot be sealed, none is. Errors name the disk and the file.
Result<std::vector<Sealed>> seal_files(const std::string& disk, HashAlg alg,
                                       const std::vector<std::string>& paths);

}  // namespace cfs::disk
