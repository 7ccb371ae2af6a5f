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

struct SealOptions {
  HashAlg alg = HashAlg::kSha256;
  bool add_feature = false;  // a file system without the `verity` feature gets it
};

// Seals the regular files at or below `paths` of `disk`: an ext4, or a disk with a GPT, whose root
// partition it is then. Block size 4096, no salt, no signature. Files that have verity already are
// left alone and not returned. All or nothing: when a file cannot be sealed, none is; only when the
// very last writes fail some may be, and the error says to run e2fsck. Durable when it returns.
// Waits for other runs on the same file (flock, see base/lock.h). EINVAL for a path that has `..`
// in it. Errors name the disk and the file.
Result<std::vector<Sealed>> seal_files(const std::string& disk, const SealOptions& options,
                                       const std::vector<std::string>& paths);

}  // namespace cfs::disk
