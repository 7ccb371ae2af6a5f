// SPDX-License-Identifier: LGPL-2.1-or-later

// Verifying an image that open_image() found. Until verify_image() has said yes nothing of the
// image is parsed.

#pragma once

#include <optional>

#include "boot/image.h"

namespace cfs::boot {

// Asks the kernel; tests on kernels without fs-verity pass their own.
using Measure = Result<std::optional<Digest>> (*)(int fd, int* why_not);

struct VerifyImage {
  bool full_read = true;  // read all of it: measuring tells which hash tree a file has, only
                          // reading tells whether its blocks match
  bool lax = false;       // `?` on the command line: do without fs-verity where there is none
};

// What the digest was compared with.
enum class Proof {
  kKernel,     // the kernel's fs-verity digest of the file; the kernel goes on checking its blocks
  kInitramfs,  // our own hash of the file in the initramfs
  kCopy,       // lax: our own hash of a sealed copy in memory, which took the place of image.fd
};

// The digest of the open file must be the one that was asked for. What is verified is what
// `image.fd` then is.
Outcome<Proof> verify_image(Image& image, const Measure& measure, const VerifyImage& how);

// Whether files in the directory `objects` (O_PATH) can carry fs-verity: its file system has the
// feature and the kernel supports it; else `why_not` receives what measure() said.
Outcome<bool> supports_verity(int objects, const Measure& measure, int* why_not);

// "file system TYPE …" and what to do, for a descriptor of a file system without fs-verity.
// `why_not` is measure's.
tl::unexpected<Refusal> refuse_without_verity(int fd, int why_not);

// Reads a file to its end through its descriptor. The error's text is "at byte N: STRERROR".
Result<> read_through(int fd);

}  // namespace cfs::boot
