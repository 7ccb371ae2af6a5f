// SPDX-License-Identifier: LGPL-2.1-or-later

// The sections of a PE file, which may be any bytes: nothing outside it is read.

#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace cfs::entry {

struct Section {
  std::string_view name;
  Bytes content;  // what the file has of it; a loader fills up with zero bytes
};

// In the order of the section table; names and contents point into `file`. EINVAL when it is no PE
// file or is not as long as its headers say.
Result<std::vector<Section>> pe_sections(Bytes file);

}  // namespace cfs::entry
