// SPDX-License-Identifier: LGPL-2.1-or-later

// cfsroot uki: a unified kernel image whose command line names a composefs image.

#include <memory>
#include <string>

#include "entry/ukify.h"
#include "tools/command.h"
#include "tools/composefs_word.h"

namespace cfs::tools {

namespace {

struct Options : BootOptions {
  std::string output;
  entry::UkiParts parts;
};

Result<> run(const Options& options, Report& report) {
  TRY_ASSIGN(Digest digest, image_digest(options));
  entry::UkiParts parts = options.parts;
  parts.kernel = options.kernel;
  parts.initrds = options.initrds;
  TRY_ASSIGN(parts.cmdline, command_line(options, options.cmdline, digest));
  TRY(entry::build_uki(parts, digest, options.output));
  report.data() = {{"digest", digest.hex()}, {"cmdline", parts.cmdline}, {"uki", options.output}};
  return {};
}

}  // namespace

Run define_uki(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_boot_options(app, options);
  app.add_option("--os-release", options->parts.os_release, "names the system in the boot menu")
      ->type_name("FILE");
  app.add_option("--ukify", options->parts.program, "the program (default: ukify)")
      ->type_name("PROGRAM");
  app.add_option("-o,--output", options->output, "the image to write")
      ->required()
      ->type_name("FILE");
  app.add_option("UKIFY-OPTION", options->parts.other, "behind --: for ukify, to sign or measure")
      ->type_name("");
  return [options](Report& report) { return run(*options, report); };
}

}  // namespace cfs::tools
