// SPDX-License-Identifier: LGPL-2.1-or-later

// What an image is made of: a directory, a dump, or a tar archive.

#pragma once

#include <string>

#include "base/result.h"
#include "store/object_store.h"
#include "store/repository.h"
#include "tree/tree.h"

namespace cfs::tools {

struct ImageSource {
  std::string text;     // as store::open_source() takes it
  std::string objects;  // where the objects of a dump come from, if not empty
  unsigned threads = 1;
};

// The tree that `source` describes, with the digests that the repository wants, and its contents
// put into `store`, the repository's, not yet committed.
Result<Tree> read_source(const ImageSource& source, const store::Repository& repository,
                         store::ObjectStore& store);

}  // namespace cfs::tools
