// SPDX-License-Identifier: LGPL-2.1-or-later

// A repository's meta.json, as composefs-rs writes it since 0.7:
//
//   {
//     "version": 1,
//     "algorithm": "fsverity-sha256-12",
//     "features": {
//       "compatible": [],             others may ignore these
//       "read-only-compatible": [],   who does not know one must not write
//       "incompatible": []            who does not know one must not even read
//     },
//     "erofs_formats": {"default": 0}
//   }
//
// Formats: 0 is what mkcomposefs writes by default, 1 what it writes with --min-version=1, 2 is
// composefs-rs' own, which cfsroot reads the names of but does not write.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "fsverity/digest.h"

namespace cfs::store {

struct Metadata {
  HashAlg alg = HashAlg::kSha256;
  u32 erofs_format = 0;
  std::vector<std::string>
      unknown_features;  // read-only-compatible ones: the repository is not ours to write

  std::string json() const;
};

// Refuses what is not of this shape, versions other than 1, and unknown incompatible features.
// Unknown members are left for whoever wrote them.
Result<Metadata> parse_metadata(std::string_view json);

}  // namespace cfs::store
