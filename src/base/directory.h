// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace cfs {

struct DirectoryEntry {
  std::string name;
  unsigned char type;  // DT_REG, DT_DIR, …; never DT_UNKNOWN
};

// Everything in the open directory but "." and "..", sorted by name. A directory that cannot be
// read to its end is an error, not one with fewer files. To read `dir` is enough, to search it is
// not needed; then its position moves.
Result<std::vector<DirectoryEntry>> list_directory(int dir);

// `a/b` is `b` in `a`, `/b` is `b` in `/`, `b` is `b` in `.`; `a/` is nothing in `a`.
struct PathParts {
  std::string folder, name;
};
PathParts split_path(const std::string& path);

Result<std::string> read_link(int dir, const std::string& name);

}  // namespace cfs
