// SPDX-License-Identifier: LGPL-2.1-or-later

// What an image is made of: a directory, a dump, or a tar archive.

#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/object_store.h"
#include "store/repository.h"
#include "store/source.h"
#include "tree/tree.h"

namespace cfs::tools {

struct ImageSource {
  store::Source from;
  std::string objects;  // where the objects of a dump come from, if not empty
  unsigned threads = 1;
  // Hears how many of all files, objects or MiB are read, from one thread at a time; nothing of a
  // tar stream whose length nobody knows.
  std::function<void(std::string_view what, u64 done, u64 total)> progress;
};

// The tree that `source` describes, with the digests that the repository wants, and its contents
// put into `store`, the repository's, not yet committed.
Result<Tree> read_source(const ImageSource& source, const store::Repository& repository,
                         store::ObjectStore& store);

}  // namespace cfs::tools
