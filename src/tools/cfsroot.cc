// SPDX-License-Identifier: LGPL-2.1-or-later

// cfsroot: what a system image needs besides mkcomposefs, as subcommands.

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdio>
#include <map>
#include <sstream>
#include <string_view>

#include "base/text.h"
#include "tools/command.h"
#include "tools/describe.h"
#include "tools/out_of_memory.h"

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

// The words behind the program's name, the last one first, as CLI11 wants them. It would take the
// word behind `--option=` for the value, which is empty.
std::vector<std::string> words_of(const CLI::App* sub, int argc, char** argv) {
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  for (std::size_t i = 1; sub && i < words.size() && words[i] != "--"; ++i) {
    if (!words[i].starts_with('-')) continue;
    const bool is_empty = words[i].starts_with("--") && words[i].ends_with('=');
    const std::string name = words[i].substr(0, words[i].size() - is_empty);
    const CLI::Option* option = sub->get_option_no_throw(name);
    if (!option || option->get_expected_max() == 0) continue;
    words[i] = name;
    ++i;  // its value, which may look like anything
    if (is_empty) words.insert(words.begin() + static_cast<std::ptrdiff_t>(i), "");
  }
  std::ranges::reverse(words);
  return words;
}

// The first word that looks like an option and is none: CLI11 complains of something else first.
std::string unknown_option(const CLI::App& app, int argc, char** argv, int from) {
  for (int i = from; i < argc && argv[i] != std::string_view("--"); ++i) {
    std::string_view word = argv[i];
    if (!word.starts_with('-') || word == "-") continue;
    const bool is_long = word.starts_with("--");
    const std::string name(is_long ? word.substr(0, word.find('=')) : word.substr(0, 2));
    const CLI::Option* option = app.get_option_no_throw(name);
    if (!option) return name;
    if (option->get_expected_max() > 0 && word == name) ++i;  // its value
  }
  return "";
}

// What to say of it.
std::string complaint(const CLI::App& app, const CLI::ParseError& error, std::string unknown) {
  if (!unknown.empty()) return cat("no option `", printable(unknown), "`");
  if (!dynamic_cast<const CLI::ExtrasError*>(&error)) return error.what();
  std::string words;  // which error.what() has backwards
  for (const std::string& word : app.remaining()) words += cat(" `", printable(word), "`");
  return cat("more arguments than it takes:", words);
}

// An unset variable of a script is no value. Words for the kernel may be none, and what ukify takes
// is its own affair.
void refuse_empty_values(CLI::App& sub) {
  for (CLI::Option* option : sub.get_options([](CLI::Option*) { return true; })) {
    const std::string name =
        option->nonpositional() ? option->get_type_name() : option->get_name(true);
    if (option->get_expected_max() > 0 && name != "WORDS" && name != "UKIFY-OPTION")
      option->check([](const std::string& value) {
        return std::string(value.empty() ? "has no value" : "");
      });
  }
}

int print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return Report("", false).finish({});
}

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
    refuse_empty_values(*sub);
    sub->add_flag("--json", made.json, "print one JSON object instead of lines");
  }
  add_descriptions(app);

  auto is_named = [&](const CLI::App* sub) { return argc > 1 && sub->get_name() == argv[1]; };
  const auto named = app.get_subcommands(is_named);
  if (argc > 1 && argv[1][0] != '-' && named.empty())
    return complain(nullptr, cat("no command `", printable(argv[1]), "`"), wants_json(argc, argv));
  const CLI::App* chosen = nullptr;
  try {
    app.parse(words_of(named.empty() ? nullptr : named.front(), argc, argv));
    chosen = app.get_subcommands().front();
  } catch (const CLI::Success& asked) {  // --help, --version
    std::ostringstream text;
    app.exit(asked, text, text);
    return print(text.str());
  } catch (const CLI::ParseError& error) {
    const CLI::App* sub = named.empty() ? nullptr : named.front();
    const CLI::App& asked = sub ? *sub : app;
    return complain(sub, complaint(asked, error, unknown_option(asked, argc, argv, sub ? 2 : 1)),
                    wants_json(argc, argv));
  }
  auto found = defined.find(chosen);
  if (found == defined.end()) return print(description(app, *chosen));
  Report report(chosen->get_name(), found->second.json);
  return report.finish(found->second.run(report));
}

}  // namespace

}  // namespace cfs::tools

int main(int argc, char** argv) {
  cfs::tools::end_when_out_of_memory();
  return cfs::tools::main(argc, argv);
}
