// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>

#include "archive/libarchive.h"
#include "base/types.h"

namespace cfs::archive {

// Passes the content of the member that `reader` stands at, `size` bytes with holes as zeros, to
// `take` in pieces. Errors are about the member, without its name.
Result<> stream_content(struct ::archive* reader, u64 size,
                        const std::function<Result<>(Bytes)>& take);

}  // namespace cfs::archive
