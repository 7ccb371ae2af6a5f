// SPDX-License-Identifier: LGPL-2.1-or-later

// Which image a persistent upper layer was written over.

#pragma once

#include <string>

#include "boot/reason.h"
#include "fsverity/digest.h"

namespace cfs::boot {

// The file `image` beside upper/ and work/, in the directory `place` (named `path` in messages),
// holds the digest of the image that was below when the layer was first used. Without the file it
// is written, if that can be done. Returns the other digest, or what else is in the file, if it is
// not of this image; the file stays as it is then.
Outcome<std::string> check_origin(int place, const std::string& path, const Digest& digest);

}  // namespace cfs::boot
