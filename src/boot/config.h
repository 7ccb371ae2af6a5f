// SPDX-License-Identifier: LGPL-2.1-or-later

// The configuration file of the initramfs.

#pragma once

#include <string>
#include <string_view>

#include "boot/reason.h"

namespace cfs::boot {

inline constexpr char kConfigPath[] = "/usr/lib/composefs/setup-root-conf.toml";
inline constexpr std::size_t kMostConfig = 64 << 10;  // bytes

// What becomes of a directory that is to keep state.
enum class StateMode {
  kNone,       // the image's own directory
  kBind,       // state/deploy/HEX/DIR
  kOverlay,    // state/deploy/HEX/DIR/{upper,work} over the image's directory
  kTransient,  // the same on a tmpfs
};
std::string_view name(StateMode mode);

struct StateMount {
  StateMode mode;
  bool configured = false;  // else the built-in default, which does without a state directory
};

// Where the old root keeps images and objects.
struct StoreConfig {
  std::string path = "composefs";  // below the old root
  bool plain = false;  // the directory itself holds objects, HH/REST, and images, HEX; else it is a
                       // repository: they are in its objects/ and images/
};

struct Config {
  StoreConfig store;
  StateMount etc{StateMode::kOverlay};
  StateMount var{StateMode::kBind};
  bool root_transient = false;  // a writable root whose changes live in a tmpfs
  std::string root_size;        // of that tmpfs: "512M", "25%"; empty: half of the memory
  bool full_read = true;        // read the whole image before mounting it
  bool lax_allowed = false;     // a `?` on the command line is not refused
};

// The effective configuration, in the words that parse_config reads.
std::string describe(const Config& config);

// A strict subset of TOML: tables, dotted bare keys, booleans and strings without escapes, and only
// the keys that boot knows. The error's text is "FILE:LINE:COLUMN: …".
Outcome<Config> parse_config(std::string_view text, std::string_view file);

// A missing file means the defaults, unless `required`.
Outcome<Config> read_config(const std::string& path, bool required);

}  // namespace cfs::boot
