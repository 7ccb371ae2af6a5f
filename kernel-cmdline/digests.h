// SPDX-License-Identifier: LGPL-2.1-or-later

// Which images the command line allows to boot.

#pragma once

#include <tl/expected.hpp>
#include <vector>

#include "fsverity/digest.h"
#include "kernel-cmdline/cmdline.h"

namespace cfs::kernel_cmdline {

struct Digests {
  std::vector<Digest> list;  // never empty: composefs.digest= in their order, composefs= last
  bool lax = false;          // marked with `?`: all of them, a mixed list is refused
};

enum class Complaint {
  kNoDigest,   // none of our words, or one without a value
  kMalformed,  // a word that is not of our grammar
  kConflict,   // words that contradict each other
  kSigned,     // composefs.signed=
};

struct Refused {
  Complaint complaint;
  std::string text;  // names the offending word
};

tl::expected<Digests, Refused> find_digests(const std::vector<Parameter>& parameters);

}  // namespace cfs::kernel_cmdline
