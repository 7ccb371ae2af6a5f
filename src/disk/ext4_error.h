// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string_view>

#include "base/result.h"
#include "disk/libext2fs.h"

namespace cfs::disk {

// libext2fs returns errno values and codes of its own: "WHAT: REASON", with an errno value. ENOSPC
// is no space in the ext4; where it lies is something else, for which it is EIO.
tl::unexpected<Error> ext4_failed(std::string_view what, errcode_t code);

}  // namespace cfs::disk
