// SPDX-License-Identifier: LGPL-2.1-or-later

// cfsroot uki: a unified kernel image whose command line names a composefs image.

#include <sys/file.h>

#include <cerrno>
#include <memory>
#include <string>

#include "base/directory.h"
#include "base/fd.h"
#include "base/lock.h"
#include "base/text.h"
#include "entry/tries.h"
#include "entry/ukify.h"
#include "tools/command.h"
#include "tools/composefs_word.h"

namespace cfs::tools {

namespace {

struct Options : BootOptions {
  std::string output;
  entry::UkiParts parts;
};

// FILE+COUNT.efi of FILE.efi
Result<std::string> counted(const std::string& output, u32 tries) {
  auto name = entry::name_of(output, entry::kUkiSuffix);
  if (!name || entry::file_name(*name, {}, entry::kUkiSuffix) != output)
    return fail_with(EINVAL, cat("--output: with --tries a name that ends with .efi and has no "
                                 "count, not `",
                                 printable(output), "`"));
  return entry::file_name(*name, tries, entry::kUkiSuffix);
}

// It is there, whatever becomes of the files that it replaces.
void remove_replaced(const PathParts& output, Report& report) {
  auto removed = entry::remove_other_counts(output.folder, output.name, entry::kUkiSuffix);
  if (removed)
    report.data()["removed"] = *removed;
  else
    report.warn(cat("could not clean up: ", removed.error().text));
}

Result<> run(const Options& options, Report& report) {
  TRY_ASSIGN(Digest digest, image_digest(options));
  entry::UkiParts parts = options.parts;
  parts.kernel = options.kernel;
  parts.initrds = options.initrds;
  TRY_ASSIGN(parts.cmdline, boot_command_line(options, digest));
  std::string output = options.output;
  if (options.tries) {
    TRY_ASSIGN(output, counted(output, *options.tries));
  }
  // One run at a time: another one's file could be what this one takes for replaced.
  const PathParts at = split_path(output);
  TRY_ASSIGN(Fd alone, open_file(at.folder, O_RDONLY | O_DIRECTORY));
  TRY(lock(alone.get(), LOCK_EX, at.folder));
  TRY(entry::build_uki(parts, digest, output));
  report.data() = {{"digest", digest.hex()}, {"cmdline", parts.cmdline}, {"uki", output}};
  if (options.tries) report.line(output);
  remove_replaced(at, report);
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
  check_usage(app, [options]() -> Result<> {
    TRY(check_image_options(*options));
    if (options->tries) TRY(counted(options->output, *options->tries));
    return {};
  });
  return [options](Report& report) { return run(*options, report); };
}

}  // namespace cfs::tools
