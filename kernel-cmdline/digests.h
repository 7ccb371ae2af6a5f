// SPDX-License-Identifier: LGPL-2.1-or-later

// Which images the command line allows to boot.

#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "fsverity/digest.h"
#include "kernel-cmdline/cmdline.h"

namespace cfs::kernel_cmdline {

// A list or a name, never both and never neither.
struct Digests {
  std::vector<Digest> list;  // composefs.digest= in their order, composefs= last
  bool lax = false;          // marked with `?`: all of them, a mixed list is refused
  std::string signed_name;   // composefs.signed=, is_name()
};

enum class Complaint {
  kNoDigest,   // none of our words, or one without a value
  kMalformed,  // a word that is not of our grammar
  kConflict,   // words that contradict each other
};

struct Refused {
  Complaint complaint;
  std::string text;  // names the offending word
};

tl::expected<Digests, Refused> find_digests(const std::vector<Parameter>& parameters);

// One component of a path that stays where it is: [A-Za-z0-9._-]+, but not "." or "..".
bool is_name(std::string_view name);

// "FMT-ALG-12:HEX", the value of composefs.digest= without its mark. The error says why not.
tl::expected<Digest, std::string> parse_typed_digest(std::string_view text);

}  // namespace cfs::kernel_cmdline
