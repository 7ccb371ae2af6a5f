// SPDX-License-Identifier: LGPL-2.1-or-later

// Making unified kernel images with systemd's ukify, which knows about measurements and signatures.

#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "fsverity/digest.h"

namespace cfs::entry {

struct UkiParts {
  std::string program = "ukify";  // found by PATH unless there is a slash in it
  std::string kernel;
  std::vector<std::string> initrds;
  std::string cmdline;             // with the word for the digest in it; taken over byte by byte
  std::string os_release;          // a file; empty: what ukify does without
  std::vector<std::string> other;  // options of ukify: signing, measuring, more sections
};

// Writes the image to `output`, which is replaced only by a complete one whose embedded command
// line names `digest`. ENOSYS when there is no ukify; EIO with its last words when it fails.
Result<> build_uki(const UkiParts& parts, const Digest& digest, const std::string& output);

}  // namespace cfs::entry
