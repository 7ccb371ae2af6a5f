// SPDX-License-Identifier: LGPL-2.1-or-later

// cfsroot: what a system image needs besides mkcomposefs, as subcommands.

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <map>
#include <string_view>

#include "base/text.h"
#include "tools/command.h"
#include "tools/describe.h"

namespace cfs::tools {

namespace {

constexpr Command kCommands[] = {
    {"check-initramfs", "say whether an initramfs would boot a composefs image",
     define_check_initramfs},
    {"cmdline", "put an image onto a kernel command line", define_cmdline},
    {"disk", "make a disk that boots from composefs images, without root", define_disk},
    {"entry", "write a boot entry, with kernel and initramfs", define_entry},
    {"gc", "remove the objects that no image of a repository needs", define_gc},
    {"images", "list the images of a repository", define_images},
    {"import", "put an image of a directory, a dump or a tar archive into a repository",
     define_import},
    {"init", "make a repository", define_init},
    {"remove", "remove images of a repository, or names of them", define_remove},
    {"seal", "switch on fs-verity for files of an unmounted ext4 image", define_seal},
    {"status", "tell what this host runs, and whether it was told to", define_status},
    {"uki", "make a unified kernel image that boots a composefs image", define_uki},
    {"verify", "check a repository or an image, contents included", define_verify},
};

struct Defined {
  Run run;
  bool json = false;
};

int complain(const CLI::App* app, const std::string& text, bool json) {
  const std::string name = app ? "cfsroot " + app->get_name() : "cfsroot";
  return Report(app ? app->get_name() : "", json)
      .finish_usage(cat(text, "; ", name, " --help says more"));
}

// For when parsing did not come that far.
bool wants_json(int argc, char** argv) {
  return std::find(argv, argv + argc, std::string_view("--json")) != argv + argc;
}

int main(int argc, char** argv) {
  CLI::App app("What a system image needs besides mkcomposefs.", "cfsroot");
  app.set_version_flag("--version", "cfsroot " CFS_VERSION, "print the version");
  app.set_help_flag("-h,--help", "print this");
  app.require_subcommand(1);
  // Every subcommand's options, once; everything about them follows from these.
  std::map<const CLI::App*, Defined> defined;
  for (const Command& command : kCommands) {
    CLI::App* sub = app.add_subcommand(command.name, command.summary);
    Defined& made = defined[sub];
    made.run = command.define(*sub);
    sub->add_flag("--json", made.json, "print one JSON object instead of lines");
  }
  add_descriptions(app);

  auto is_named = [&](const CLI::App* sub) { return argc > 1 && sub->get_name() == argv[1]; };
  if (argc > 1 && argv[1][0] != '-' && app.get_subcommands(is_named).empty())
    return complain(nullptr, cat("no command `", printable(argv[1]), "`"), wants_json(argc, argv));
  const CLI::App* chosen = nullptr;
  try {
    app.parse(argc, argv);
    chosen = app.get_subcommands().front();
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    auto parsed = app.get_subcommands();
    return complain(parsed.empty() ? nullptr : parsed.front(), error.what(),
                    wants_json(argc, argv));
  }
  auto found = defined.find(chosen);
  if (found == defined.end()) return print_description(app, *chosen);
  Report report(chosen->get_name(), found->second.json);
  return report.finish(found->second.run(report));
}

}  // namespace

}  // namespace cfs::tools

int main(int argc, char** argv) { return cfs::tools::main(argc, argv); }
