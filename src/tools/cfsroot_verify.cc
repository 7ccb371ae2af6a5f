// SPDX-License-Identifier: LGPL-2.1-or-later

// cfsroot verify: a repository or an image, byte for byte; or what a unified kernel image boots.

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>

#include "base/parallel.h"
#include "base/text.h"
#include "entry/uki.h"
#include "fsverity/kernel.h"
#include "merkle/merkle.h"
#include "tools/command.h"
#include "tools/composefs_word.h"
#include "tools/image_objects.h"
#include "tools/repository_check.h"

namespace cfs::tools {

namespace {

struct Options {
  std::string target;
  bool has_target = false;
  std::vector<std::string> images;
  std::string store;
  std::string digest;
  std::string uki;
};

Result<> conclude(const std::string& target, std::vector<Finding> findings, u64 images, u64 objects,
                  Report& report) {
  report.data()["images"] = images;
  report.data()["objects"] = objects;
  Json& list = report.data()["findings"] = Json::array();
  for (const Finding& finding : findings) {
    list.push_back({{"path", finding.path}, {"problem", finding.problem}});
    report.line(cat(finding.path, ": ", finding.problem));
  }
  if (!findings.empty())
    return fail_with(EBADMSG, cat(target, ": ", findings.size(),
                                  findings.size() == 1 ? " problem" : " problems"));
  report.line(cat(images, images == 1 ? " image, " : " images, ", objects,
                  objects == 1 ? " object: good" : " objects: good"));
  return {};
}

// The command lines of that unified kernel image.
Result<entry::UkiLines> read_uki(const std::string& path, Report& report) {
  TRY_ASSIGN(auto lines, entry::uki_lines(path));
  if (entry::is_lax(lines))
    report.warn(cat(path,
                    ": its command line has a `?`: the contents of files are not verified where "
                    "there is no fs-verity, if the initramfs allows that"));
  return lines;
}

// What it boots.
Result<Digest> image_of_uki(const std::string& path, Report& report) {
  TRY_ASSIGN(auto lines, read_uki(path, report));
  auto named = entry::named_image(lines);
  return named ? named : in_context(path, named.error());
}

// No image is at hand: only its name counts.
Result<> verify_uki(const Options& options, Report& report) {
  TRY_ASSIGN(auto lines, read_uki(options.uki, report));
  auto named = entry::named_image(lines);
  if (named && !options.digest.empty()) {
    if (auto same = entry::check_lines(lines, *Digest::parse(options.digest)); !same)
      named = tl::make_unexpected(std::move(same).error());
  }
  if (!named) return in_context(options.uki, std::move(named).error());
  report.data()["digest"] = named->hex();
  report.line(named->hex());
  return {};
}

Result<> verify_repository(const Options& options, Report& report) {
  TRY_ASSIGN(store::Repository repository, store::Repository::open(options.target));
  RepositoryCheck check(repository, available_cpus(),
                        [&](u64 done, u64 total) { report.progress("objects", done, total); });
  std::vector<Digest> chosen;
  if (!options.uki.empty()) {
    TRY_ASSIGN(Digest named, image_of_uki(options.uki, report));
    TRY_ASSIGN(Digest image, repository.find(named.hex()));
    chosen.push_back(image);
  }
  for (const std::string& name : options.images) {
    TRY_ASSIGN(Digest image, repository.find(name));
    if (std::ranges::find(chosen, image) == chosen.end()) chosen.push_back(image);
  }
  TRY(chosen.empty() ? check.check_all() : check.check_images(chosen));
  return conclude(options.target, check.findings(), check.image_count(), check.object_count(),
                  report);
}

Result<> verify_digest(int image, const Options& options, Report& report,
                       std::vector<Finding>& findings) {
  auto wanted = Digest::parse(options.digest);
  TRY_ASSIGN(auto measured, fsverity::measure(image));
  HashAlg alg = wanted ? wanted->alg : measured ? measured->alg : HashAlg::kSha256;
  TRY_ASSIGN(Digest found, merkle::digest_of_fd(alg, image));
  report.data()["digest"] = found.hex();
  if (!options.uki.empty()) {
    TRY_ASSIGN(auto lines, read_uki(options.uki, report));
    if (auto same = entry::check_lines(lines, found); !same)
      findings.push_back({options.uki, same.error().text});
  }
  if (wanted && found != *wanted)
    findings.push_back({options.target, cat("has another digest: ", found.hex())});
  if (measured && measured->alg == alg && *measured != found)
    findings.push_back({options.target, cat("has another fs-verity digest: ", measured->hex())});
  return {};
}

Result<> verify_image(const Options& options, Report& report) {
  TRY_ASSIGN(Fd image, open_file(options.target, O_RDONLY));
  std::vector<Finding> findings;
  if (auto same = verify_digest(image.get(), options, report, findings); !same)
    return in_context(options.target, std::move(same).error());
  auto needed = read_image_objects(image.get());
  if (!needed) findings.push_back({options.target, needed.error().text});
  u64 checked = 0;
  if (needed && !options.store.empty()) {
    TRY_ASSIGN(Fd store, open_file(options.store, O_PATH | O_DIRECTORY));
    for (; checked < needed->objects.size(); ++checked) {
      const std::string object = needed->objects[checked].object_path();
      const u64 said = needed->sizes[checked];
      u64 size = 0;
      if (auto problem = object_problem(store.get(), needed->objects[checked], false, &size))
        findings.push_back({cat(options.store, "/", object), std::move(*problem)});
      else if (size != said)
        findings.push_back({options.target, cat("says ", said, " bytes of the object ", object,
                                                ", which has ", size)});
    }
  }
  return conclude(options.target, std::move(findings), 1, checked, report);
}

// A TARGET that is not there is for run() to say.
Result<> check(const Options& options) {
  if (!options.digest.empty()) TRY(check_digest(options.digest));
  if (!options.has_target) {
    if (options.uki.empty()) return fail_with(EINVAL, "TARGET or --uki is required");
    if (!options.store.empty()) return fail_with(EINVAL, "--store is for an image in a file");
    return {};
  }
  struct stat st;
  if (::stat(options.target.c_str(), &st) < 0) return {};
  if (S_ISDIR(st.st_mode) && !(options.store.empty() && options.digest.empty()))
    return fail_with(EINVAL, "--store and --digest are for an image in a file");
  if (!S_ISDIR(st.st_mode) && !options.images.empty())
    return fail_with(EINVAL, cat(options.target, ": IMAGEs can be chosen from a repository only"));
  return {};
}

Result<> run(const Options& options, Report& report) {
  if (!options.has_target) return verify_uki(options, report);
  struct stat st;
  if (::stat(options.target.c_str(), &st) < 0) return fail(errno, options.target);
  return S_ISDIR(st.st_mode) ? verify_repository(options, report) : verify_image(options, report);
}

}  // namespace

Run define_verify(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--digest", options->digest,
                 "digest that an image in a file, or of --uki, must have")
      ->type_name("HEX");
  app.add_option("--store", options->store, "where an image in a file has its objects")
      ->type_name("DIR");
  app.add_option("--uki", options->uki,
                 "unified kernel image that must boot this image; alone, which one it boots")
      ->type_name("FILE");
  const CLI::Option* target =
      app.add_option("TARGET", options->target, "repository, or image in a file")->type_name("");
  app.add_option("IMAGE", options->images,
                 "of the repository: digest, beginning of one, or name; without, all of it")
      ->type_name("");
  check_usage(app, [options, target] {
    options->has_target = target->count() > 0;
    return check(*options);
  });
  return [options](Report& report) { return run(*options, report); };
}

}  // namespace cfs::tools
