// SPDX-License-Identifier: LGPL-2.1-or-later

// Reading an initramfs as the kernel does (init/initramfs.c): cpio archives of the form newc behind
// one another, as they are or compressed, with zeros between them. What is not:
//
//   compressed   gzip, bzip2, lzma, xz, zstd, and lz4 in its legacy form. LZO is refused.
//   behind xz    only zeros and further xz streams: where a stream ends is then not known
//   behind lz4   only zeros, as in the kernel
//   damage       is an error, also where the kernel would boot with what came before it

#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "initramfs/files.h"

namespace cfs::initramfs {

struct Unpacked {
  Files files;
  // Members that the kernel would leave out, because there is no directory for them.
  std::vector<std::string> left_out;
};

// EINVAL with the byte at which it is not what it should be; EFBIG when it holds more than 4 GiB.
Result<Unpacked> unpack(Bytes file);

}  // namespace cfs::initramfs
