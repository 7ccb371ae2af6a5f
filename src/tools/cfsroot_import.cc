// SPDX-License-Identifier: LGPL-2.1-or-later

// cfsroot import: a directory, a dump or a tar archive becomes an image in a repository.

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/parallel.h"
#include "base/text.h"
#include "erofs/writer.h"
#include "kernel-cmdline/digests.h"
#include "merkle/merkle.h"
#include "store/deployment.h"
#include "store/repository.h"
#include "tools/command.h"
#include "tools/image_source.h"
#include "tools/repository_option.h"

namespace cfs::tools {

namespace {

struct Options {
  std::string repository = kSystemRepository;
  std::string name;
  std::string state;  // of which OS
  std::string text;   // of SOURCE
  std::optional<Result<store::Source>> opened;
  ImageSource source;
};

Result<> check_source(Options& options) {
  if (options.source.objects.empty()) return {};
  // A SOURCE that is not there is for run() to say.
  options.opened = store::open_source(options.text);
  const Result<store::Source>& source = *options.opened;
  if (source && source->kind != store::SourceKind::kDump)
    return fail_with(EINVAL, cat(source->path, ": is no dump; --store is for dumps"));
  return {};
}

// The image as an object of the store, hashed as it is written.
Result<Digest> add_image(const Tree& tree, const store::Metadata& meta, store::ObjectStore& store,
                         u64& size) {
  merkle::Builder digest(meta.alg);
  TRY_ASSIGN(store::ObjectStore::Stream stream, store.begin());
  TRY(erofs::write_image(tree, {.min_version = meta.erofs_format, .max_version = 1},
                         [&](Bytes bytes) -> Result<> {
                           digest.update(bytes);
                           return stream.write(bytes);
                         }));
  size = digest.size();
  Digest found = digest.finish();
  TRY(stream.finish(found));
  return found;
}

Result<> run(Options& options, Report& report) {
  TRY_ASSIGN(store::Repository repository, store::Repository::open(options.repository));
  TRY(repository.check_writable());
  if (!options.name.empty()) TRY(repository.check_free(options.name));
  if (!options.state.empty()) TRY(store::check_state(repository));
  std::mutex mutex;              // objects are checked in several threads
  constexpr u64 kWorthIt = 256;  // files or MiB; fewer take no time
  options.source.progress = [&](std::string_view what, u64 done, u64 total) {
    std::lock_guard lock(mutex);
    if (total > kWorthIt) report.progress(what, done, total);
  };
  TRY_ASSIGN(auto store, repository.objects([&](const std::string& text) {
    std::lock_guard lock(mutex);
    report.warn(text);
  }));
  // The source becomes a tree, its contents objects.
  TRY_ASSIGN(options.source.from,
             options.opened ? std::move(*options.opened) : store::open_source(options.text));
  TRY_ASSIGN(Tree tree, read_source(options.source, repository, *store));
  u64 size = 0;
  auto image = add_image(tree, *repository.metadata(), *store, size);
  if (!image) return in_context("cannot make the image", std::move(image).error());
  // Durable and in place: the objects, the state, then the image that names them, then its name.
  if (auto filled = store->commit(options.source.threads); !filled)
    return in_context(cat(options.repository, "/objects"), std::move(filled).error());
  if (!options.state.empty()) TRY(store::make_state(repository, *image, options.state));
  TRY(repository.add_image(*image, options.name));
  report.data()["digest"] = image->hex();
  report.data()["algorithm"] = fsverity::name(image->alg);
  report.data()["size"] = size;
  if (!options.name.empty()) report.data()["ref"] = options.name;
  report.line(image->hex());
  return {};
}

}  // namespace

Run define_import(CLI::App& app) {
  auto options = std::make_shared<Options>();
  options->source.threads = available_cpus();
  add_repository(app, options->repository);
  const CLI::Option* name = app.add_option("--name", options->name,
                                           "name for the image, images/refs/REF in the repository")
                                ->type_name("REF");
  app.add_option(
         "--state", options->state,
         "make directories for its changes to /etc and for the /var of this OS, beside REPO")
      ->type_name("OS")
      ->check([](const std::string& os) {
        return kernel_cmdline::is_name(os)
                   ? std::string()
                   : cat("`", printable(os), "` is no name; letters, digits, `.`, `_` and `-` are");
      });
  app.add_option("--store", options->source.objects, "where a dump's objects are, if not in REPO")
      ->type_name("DIR");
  app.add_option("SOURCE", options->text,
                 "directory, dump or tar archive (dir:, dump: or tar: before it says which); - is "
                 "standard input")
      ->required()
      ->type_name("");
  check_usage(app, [options, name]() -> Result<> {
    if (name->count()) TRY(store::check_ref(options->name));
    return check_source(*options);
  });
  return [options](Report& report) { return run(*options, report); };
}

}  // namespace cfs::tools
