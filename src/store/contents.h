// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "store/object_store.h"
#include "tree/tree.h"

namespace cfs::store {

// What to make of a file whose size is not what the scan has seen.
enum class Changed {
  kRefused,
  kTaken,  // as composefs 1.0.8 does: the image says one size, its object has another
};

// Completes a scanned tree from the files' contents: those of up to 64 bytes go into the tree, of
// all others the digest and the object's name; empty ones are left as they are. With a store, their
// contents are put into it (not yet committed), and its algorithm must be `alg`. Errors: "error
// computing digest: STRERROR (PATH)", "cannot fill store: STRERROR (PATH)", and EAGAIN "PATH has
// changed while it was read; try again". `progress`, if
// given, hears now and then how many of all files are read, from one thread at a time.
Result<> read_contents(Tree& tree, const std::string& source, HashAlg alg, ObjectStore* store,
                       unsigned threads,
                       const std::function<void(u64 done, u64 total)>& progress = {},
                       Changed changed = Changed::kRefused);

}  // namespace cfs::store
