// SPDX-License-Identifier: LGPL-2.1-or-later

// The kernel's side of fs-verity: ask a file for its digest, switch verity on.

#pragma once

#include <optional>

#include "base/result.h"
#include "fsverity/digest.h"

namespace cfs::fsverity {

// What FS_IOC_MEASURE_VERITY says of an open file. Nothing when the file has no verity: ENODATA
// (this file), EOPNOTSUPP (the file system lacks the feature) and ENOTTY (it does not know the
// ioctl) all mean that; `why_not`, when given, receives which. A hash that is neither SHA-256 nor
// SHA-512 is EILSEQ.
Result<std::optional<Digest>> measure(int fd, int* why_not = nullptr);

// Switches verity on: 4096-byte blocks, no salt, no signature. `fd` is read-only and nobody holds
// the file open for writing. EEXIST (already on) is success; every other errno is passed on.
Result<> enable(int fd, HashAlg alg = HashAlg::kSha256);

}  // namespace cfs::fsverity
