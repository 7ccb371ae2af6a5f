// SPDX-License-Identifier: LGPL-2.1-or-later

// cfsroot entry: a boot entry with its kernel and initramfs, for systemd-boot and others that read
// the Boot Loader Specification.

#include <memory>
#include <string>

#include "base/text.h"
#include "entry/boot_folder.h"
#include "tools/command.h"
#include "tools/composefs_word.h"

namespace cfs::tools {

namespace {

struct Options : BootOptions {
  std::string folder;
  std::string name;
  entry::LoaderEntry lines;
};

Result<> run(const Options& options, Report& report) {
  TRY_ASSIGN(Digest digest, image_digest(options));
  const std::string start = digest.hex().substr(0, 16);
  entry::NewEntry entry{options.name.empty() ? cat("cfsroot-", start) : options.name, options.tries,
                        options.lines, options.kernel, options.initrds};
  if (entry.lines.title.empty()) entry.lines.title = cat("Linux, image ", start);
  TRY_ASSIGN(entry.lines.options, boot_command_line(options, digest));
  TRY_ASSIGN(auto done, entry::install(options.folder, std::move(entry)));

  report.data() = {{"digest", digest.hex()},
                   {"entry", done.file},
                   {"copied", done.copied},
                   {"removed", done.removed}};
  for (const std::string& warning : done.warnings)
    report.warn(cat("could not clean up: ", warning));
  report.line(done.file);
  return {};
}

}  // namespace

Run define_entry(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_boot_options(app, options);
  app.add_option("--name", options->name, "of the entry's file (default: cfsroot-DIGEST)")
      ->type_name("NAME")
      ->check([](const std::string& name) {
        auto good = entry::check_entry_name(name);
        return good ? std::string() : good.error().text;
      });
  entry::LoaderEntry& lines = options->lines;
  app.add_option("--title", lines.title, "what the menu shows")->type_name("TEXT");
  app.add_option("--version", lines.version, "orders entries, the newest first")->type_name("TEXT");
  app.add_option("--sort-key", lines.sort_key, "orders entries before the version does")
      ->type_name("TEXT");
  app.add_option("--machine-id", lines.machine_id, "of the system, 32 hex digits")->type_name("ID");
  app.add_option("FOLDER", options->folder, "where the ESP or the XBOOTLDR partition is mounted")
      ->required()
      ->type_name("");
  return [options](Report& report) { return run(*options, report); };
}

}  // namespace cfs::tools
