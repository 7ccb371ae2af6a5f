// SPDX-License-Identifier: LGPL-2.1-or-later

#include "disk/ext4_error.h"

#include <cerrno>

#include "base/text.h"

namespace cfs::disk {

tl::unexpected<Error> ext4_failed(std::string_view what, errcode_t code) {
  ::initialize_ext2_error_table();
  int number = code == EXT2_ET_BLOCK_ALLOC_FAIL || code == EXT2_ET_EXTENT_NO_SPACE ? ENOSPC
               : code < 4096 ? static_cast<int>(code)
                             : EIO;
  const char* reason = number == ENOSPC ? "no space left in the image; make it larger (resize2fs)"
                                        : ::error_message(code);
  return fail_with(number, cat(what, ": ", std::string_view(reason)));
}

}  // namespace cfs::disk
