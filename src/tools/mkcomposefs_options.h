// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <optional>
#include <string>
#include <variant>

#include "base/types.h"

namespace cfs::tools {

struct MkcomposefsOptions {
  std::string source;
  std::string image;  // empty with --print-digest-only
  std::optional<std::string> digest_store;
  bool from_file = false;
  bool use_epoch = false;
  bool skip_devices = false;
  bool skip_xattrs = false;
  bool user_xattrs = false;
  bool print_digest = false;
  bool print_digest_only = false;
  u32 min_version = 0;
  u32 max_version = 1;
  unsigned threads = 1;
};

// Parses the command line as composefs 1.0.8 does; on a usage error says so on standard error and
// returns nothing.
std::optional<MkcomposefsOptions> parse_mkcomposefs_options(int argc, char** argv);

}  // namespace cfs::tools
