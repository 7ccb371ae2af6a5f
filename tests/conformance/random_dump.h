// SPDX-License-Identifier: LGPL-2.1-or-later

// Dumps that reach the corners of the format: every file type, sizes on both sides of every limit,
// shared and unshared attributes, whiteouts, links forward and in chains, directories that just fill
// or just overflow a block, numbers that wrap, and spellings that are odd but valid.

#pragma once

#include "dump_text.h"
#include "random.h"

namespace conformance {

struct RandomDump {
  Dump dump;
  std::vector<std::string> versions;  // options for mkcomposefs
};

RandomDump random_dump(Random& random);

}  // namespace conformance
