// SPDX-License-Identifier: LGPL-2.1-or-later

// cfsroot remove: images and names out of a repository.

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include "base/text.h"
#include "store/repository.h"
#include "tools/command.h"
#include "tools/repository_objects.h"
#include "tools/repository_option.h"
#include "tools/running_system.h"

namespace cfs::tools {

namespace {

struct Options {
  std::string repository = kSystemRepository;
  std::string root = "/";
  std::vector<std::string> words;
};

struct Removal {
  std::vector<std::string> refs;
  std::vector<Digest> images;
};

// A name takes its image along if the image has no other name; a digest takes all names along.
Result<> choose(const store::Repository& repository, const std::string& word,
                std::vector<store::Ref>& refs, Removal& removal) {
  std::string_view name = word;
  if (name.starts_with("refs/")) name.remove_prefix(5);
  auto named = std::ranges::find(refs, name, &store::Ref::name);
  if (named != refs.end()) {
    const store::Ref ref = *named;
    refs.erase(named);
    removal.refs.push_back(ref.name);
    if (!ref.dangling && std::ranges::find(refs, ref.digest, &store::Ref::digest) == refs.end())
      removal.images.push_back(ref.digest);
    return {};
  }
  if (std::ranges::find(removal.refs, name) != removal.refs.end()) return {};
  TRY_ASSIGN(Digest image, repository.find(word));
  std::erase_if(refs, [&](const store::Ref& ref) {
    if (ref.digest == image) removal.refs.push_back(ref.name);
    return ref.digest == image;
  });
  if (std::ranges::find(removal.images, image) == removal.images.end())
    removal.images.push_back(image);
  return {};
}

Result<> run(const Options& options, Report& report) {
  TRY_ASSIGN(auto repository,
             store::Repository::open(options.repository, store::Repository::Use::kAlone));
  TRY(repository.check_writable());
  TRY_ASSIGN(auto in_use, images_in_use(options.root));
  std::vector<std::string> strange;
  TRY_ASSIGN(auto refs, repository.refs(&strange));
  if (!strange.empty()) return fail_with(EINVAL, strange_ref(repository, strange.front()));
  Removal removal;
  for (const std::string& word : options.words) TRY(choose(repository, word, refs, removal));
  for (const Digest& image : removal.images)
    if (std::ranges::find(in_use, image) != in_use.end())
      return fail_with(EBUSY, cat(image.hex(), ": this system runs it; boot another image first"));
  // Names first: a run that is killed leaves images without names, no names without images.
  Json& gone_refs = report.data()["refs"] = Json::array();
  for (const std::string& ref : removal.refs) {
    TRY(repository.remove_ref(ref));
    gone_refs.push_back(ref);
    report.line(cat("removed the name ", printable(ref, 1024)));
  }
  Json& gone_images = report.data()["images"] = Json::array();
  for (const Digest& image : removal.images) {
    TRY(repository.remove_image(image));
    gone_images.push_back(image.hex());
    report.line(cat("removed the image ", image.hex()));
  }
  return {};
}

}  // namespace

Run define_remove(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_repository(app, options->repository);
  app.add_option("--root", options->root,
                 "root of the system whose running images stay (default: /)")
      ->type_name("DIR");
  app.add_option("IMAGE", options->words, "name; or digest, or beginning of one")
      ->required()
      ->type_name("");
  return [options](Report& report) { return run(*options, report); };
}

}  // namespace cfs::tools
