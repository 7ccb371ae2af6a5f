// SPDX-License-Identifier: LGPL-2.1-or-later

// Which image a boot entry or a unified kernel image names: the options that they share.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/command.h"

namespace cfs::tools {

struct ImageOptions {
  std::string image;
  std::string digest;
  HashAlg alg = HashAlg::kSha256;
  bool typed = false;
};

struct BootOptions : ImageOptions {
  std::string kernel;
  std::vector<std::string> initrds;
  std::string cmdline;
  std::optional<u32> tries;
};

// --image, --digest, --algorithm, --typed
void add_image_options(CLI::App& app, std::shared_ptr<ImageOptions> options);
// The same and --kernel, --initrd, --cmdline, --tries
void add_boot_options(CLI::App& app, std::shared_ptr<BootOptions> options);

// What they must say, for a check_usage() that looks at more.
Result<> check_image_options(const ImageOptions& options);

// What `--digest` can have as its value.
Result<> check_digest(const std::string& hex);

// What --digest says, or the fs-verity digest of the file of --image, which must be a composefs
// image.
Result<Digest> image_digest(const ImageOptions& options);

// `words` with the word for this digest as its only word of ours. EINVAL when the kernel would not
// read all of it.
Result<std::string> command_line(const ImageOptions& options, const std::string& words,
                                 const Digest& digest);

// With tries, also the words that make a refusal the next try.
Result<std::string> boot_command_line(const BootOptions& options, const Digest& digest);

}  // namespace cfs::tools
