// SPDX-License-Identifier: LGPL-2.1-or-later

// Finding and verifying the image. Everything below the store is reached by descriptor, and until
// verify_image() has said yes nothing of it is parsed.

#pragma once

#include <optional>
#include <vector>

#include "base/fd.h"
#include "boot/reason.h"
#include "fsverity/digest.h"

namespace cfs::boot {

struct Image {
  Digest digest;  // what the command line asked for
  Fd fd;
};

// The first candidate that exists in the store: images/HEX, a link to ../objects/HH/REST of that
// same HEX or a file itself, else objects/HH/REST. Regular files only.
Outcome<Image> open_image(int store, const std::vector<Digest>& candidates);

// Asks the kernel; tests on kernels without fs-verity pass their own.
using Measure = Result<std::optional<Digest>> (*)(int fd, int* why_not);

// The digest of the open file must be the one that was asked for.
Outcome<> check_digest(const Image& image, const Measure& measure);

// Reads a file to its end through its descriptor: measuring tells which hash tree a file has, only
// reading tells whether its blocks match. The error's text is "at byte N: STRERROR".
Result<> read_through(int fd);

}  // namespace cfs::boot
