// SPDX-License-Identifier: LGPL-2.1-or-later

// cfsroot status: what this host runs, and whether that is what it was told to run.

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>

#include "base/text.h"
#include "store/repository.h"
#include "tools/command.h"
#include "tools/running_system.h"

namespace cfs::tools {

namespace {

struct Options {
  std::string root = "/";
};

void say(Report& report, std::string_view what, std::string_view value) {
  report.line(cat(what, std::string(what.size() < 9 ? 9 - what.size() : 1, ' '), value));
}

void show_image(const RunningSystem& system, Report& report) {
  Json& data = report.data();
  if (const auto& image = system.image()) {
    data["image"] = {{"digest", image->hex()}, {"algorithm", fsverity::name(image->alg)}};
    say(report, "image", image->hex());
  }
  data["strict"] = system.strict();
  say(report, "files",
      system.strict() ? "the kernel compares each with its digest (verity=require)"
                      : "NOT compared with their digests");
  Json& asked = data["command_line"] = Json::object();
  if (const auto& words = system.asked()) {
    asked["lax"] = words->lax;
    asked["signed"] = words->signed_name.empty() ? Json() : Json(words->signed_name);
    asked["digests"] = Json::array();
    for (const Digest& digest : words->list) asked["digests"].push_back(digest.hex());
    std::string_view strictness =
        words->lax ? ", fs-verity if there is some" : ", fs-verity required";
    if (!words->signed_name.empty())
      say(report, "asked for", cat("`", words->signed_name, "`, signed", strictness));
    for (const Digest& digest : words->list)
      say(report, "asked for", cat(digest.hex(), strictness));
  } else {
    asked["error"] = words.error().text;
  }
  data["booted"] = system.booted();
}

void show_mount(const RunningSystem& system, const char* name, Report& report) {
  const sys::MountLine* mount = system.mount(cat("/", name));
  std::string mode = system.booted(name);
  report.data()["state"][name] = {{"mode", mode.empty() ? Json() : Json(mode)},
                                  {"mounted", mount ? Json(mount->info.type) : Json()}};
  say(report, cat("/", name),
      mount ? cat(mode.empty() ? "mounted" : printable(mode), " (", mount->info.type, ")")
            : "the image's own");
}

void show_etc_layer(const RunningSystem& system, Report& report) {
  auto layer = system.etc_layer();
  if (!layer) return report.warn(cat("changes of /etc cannot be listed: ", layer.error().text));
  if (!*layer) return;
  Json& etc = report.data()["state"]["etc"];
  etc["changed"] = (*layer)->changed;
  etc["hidden"] = Json::array();
  say(report, "",
      cat((*layer)->changed, " files of its own, ", (*layer)->hidden.size(), " hidden"));
  for (const HiddenFile& file : (*layer)->hidden) {
    etc["hidden"].push_back({{"path", file.path}, {"directory", file.directory}});
    say(report, "hidden",
        cat(printable(file.path, 4096), file.directory ? "/ as the image has it" : ""));
  }
}

void show_images(const RunningSystem& system, Report& report) {
  Json& list = report.data()["images"] = Json::array();
  auto repository = store::Repository::open(system.repository());
  auto images = repository ? repository->images()
                           : Result<std::vector<Digest>>(tl::make_unexpected(repository.error()));
  auto refs = repository ? repository->refs() : Result<std::vector<store::Ref>>();
  if (!images || !refs)
    return report.warn(
        cat("images cannot be listed: ", images ? refs.error().text : images.error().text));
  for (const Digest& image : *images) {
    std::vector<std::string> names;
    for (const store::Ref& ref : *refs)
      if (ref.digest == image) names.push_back(ref.name);
    const bool running = system.image() == image;
    list.push_back({{"digest", image.hex()}, {"refs", names}, {"running", running}});
    std::string line = cat(image.hex(), running ? " (running)" : "");
    for (const std::string& name : names) line += cat(" ", printable(name, 1024));
    say(report, "there is", line);
  }
}

Result<> run(const Options& options, Report& report) {
  TRY_ASSIGN(RunningSystem system, RunningSystem::look(options.root));
  show_image(system, report);
  show_mount(system, "etc", report);
  show_etc_layer(system, report);
  show_mount(system, "var", report);
  show_images(system, report);
  auto found = system.contradictions();
  report.data()["contradictions"] = found;
  for (const std::string& each : found) say(report, "WRONG", each);
  if (found.empty()) return {};
  return fail_with(EBADMSG, cat(found.size(), found.size() == 1 ? " thing does" : " things do",
                                " not fit together"));
}

}  // namespace

Run define_status(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--root", options->root, "look at this directory instead of /")->type_name("DIR");
  return [options](Report& report) { return run(*options, report); };
}

}  // namespace cfs::tools
