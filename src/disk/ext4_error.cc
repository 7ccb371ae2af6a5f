// SPDX-License-Identifier: LGPL-2.1-or-later

#include "disk/ext4_error.h"

#include <cerrno>

#include "base/text.h"

namespace cfs::disk {

tl::unexpected<Error> ext4_failed(std::string_view what, errcode_t code) {
  ::initialize_ext2_error_table();
  if (code == EXT2_ET_BLOCK_ALLOC_FAIL || code == EXT2_ET_EXTENT_NO_SPACE)
    return fail_with(ENOSPC, cat(what, ": no space left in the image; make it larger (resize2fs)"));
  if (code == ENOSPC)
    return fail_with(EIO,
                     cat(what, ": no space for the image; the file system that holds it is full"));
  return fail_with(code < 4096 ? static_cast<int>(code) : EIO,
                   cat(what, ": ", std::string_view(::error_message(code))));
}

}  // namespace cfs::disk
