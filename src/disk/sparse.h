// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include "base/result.h"
#include "base/types.h"

namespace cfs::disk {

// Everything, or an error; the context is "write the image".
Result<> write_all_at(int fd, Bytes bytes, u64 at);

// Writes at `at` of a file that has only zeros there so far: what is zero is not written, so that
// the file keeps its holes.
Result<> write_sparse(int fd, Bytes bytes, u64 at);

// The same with the whole of another file.
Result<> copy_sparse(int from, int to, u64 at);

}  // namespace cfs::disk
