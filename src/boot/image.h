// SPDX-License-Identifier: LGPL-2.1-or-later

// Finding the image. Everything below the store is reached by descriptor.

#pragma once

#include <vector>

#include "base/fd.h"
#include "boot/reason.h"
#include "fsverity/digest.h"

namespace cfs::boot {

struct Image {
  enum class Origin { kStore, kInitramfs };

  Digest digest;  // what the command line asked for
  Fd fd;
  Origin origin = Origin::kStore;
};

// The first candidate that exists: HEX.cfs in the directory `embedded` of the initramfs (-1 when
// there is none), or in the store images/HEX, a link to ../objects/HH/REST of that same HEX or a
// file itself, else objects/HH/REST. In a `plain` store HEX, else HH/REST. Regular files only.
Outcome<Image> open_image(int store, int embedded, const std::vector<Digest>& candidates,
                          bool plain = false);

}  // namespace cfs::boot
