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
  auto line = [&](const char* name, std::string& value, const char* description, const char* type,
                  Result<> (*check)(std::string_view)) {
    app.add_option(name, value, description)
        ->type_name(type)
        ->check([check](const std::string& given) {
          auto good = check(given);
          return good ? std::string() : good.error().text;
        });
  };
  line("--name", options->name,
       "of the entry's file (default: cfsroot- and 16 digits of the image)", "NAME",
       entry::check_entry_name);
  entry::LoaderEntry& lines = options->lines;
  line("--title", lines.title, "what the menu shows", "TEXT", entry::check_value);
  line("--version", lines.version, "orders entries, the newest first", "TEXT", entry::check_value);
  line("--sort-key", lines.sort_key, "orders entries before the version does", "TEXT",
       entry::check_value);
  line("--machine-id", lines.machine_id, "of the system, 32 hex digits", "ID",
       entry::check_machine_id);
  app.add_option("FOLDER", options->folder, "where the ESP or the XBOOTLDR partition is mounted")
      ->required()
      ->type_name("");
  return [options](Report& report) { return run(*options, report); };
}

}  // namespace cfs::tools
