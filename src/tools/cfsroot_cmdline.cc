// SPDX-License-Identifier: LGPL-2.1-or-later

// cfsroot cmdline: a kernel command line with the word for an image, for boot loaders and hooks
// that write their entries themselves.

#include <memory>
#include <string>

#include "tools/command.h"
#include "tools/composefs_word.h"

namespace cfs::tools {

namespace {

struct Options : ImageOptions {
  std::string words;
};

Result<> run(const Options& options, Report& report) {
  TRY_ASSIGN(Digest digest, image_digest(options));
  TRY_ASSIGN(std::string line, command_line(options, options.words, digest));
  report.data() = {{"digest", digest.hex()}, {"cmdline", line}};
  report.line(line);
  return {};
}

}  // namespace

Run define_cmdline(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_image_options(app, options);
  app.add_option("WORDS", options->words, "the command line so far, as one argument")
      ->required()
      ->type_name("");
  return [options](Report& report) { return run(*options, report); };
}

}  // namespace cfs::tools
