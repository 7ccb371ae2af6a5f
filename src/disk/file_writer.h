// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>

#include "base/result.h"
#include "disk/ext4_writer.h"
#include "disk/layout.h"

namespace cfs::disk {

// Writes the contents of all files into the places that `writer` has given them, at `offset` of the
// image file, with up to `threads` threads; of sealed files hash tree and descriptor, too. Content
// is hashed on its way: whatever has happened to a source since it was looked at, what is not what
// the digest says is refused with EBADMSG, by name. `progress`, if given, hears after each how many
// of how many are done, one call at a time.
Result<> write_files(int fd, u64 offset, const Layout& layout, HashAlg alg, const Objects& objects,
                     const Ext4Writer& writer, unsigned threads,
                     const std::function<void(u64 done, u64 total)>& progress);

}  // namespace cfs::disk
