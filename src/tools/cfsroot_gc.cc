// SPDX-License-Identifier: LGPL-2.1-or-later

// cfsroot gc: the objects that no image needs go.

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include "base/directory.h"
#include "base/output_file.h"
#include "base/text.h"
#include "store/repository.h"
#include "tools/command.h"
#include "tools/image_objects.h"
#include "tools/repository_objects.h"
#include "tools/repository_option.h"
#include "tools/running_system.h"

namespace cfs::tools {

namespace {

struct Options {
  std::string repository = kSystemRepository;
  std::string root = "/";
  bool dry_run = false;
};

// What is not understood may need objects, too.
Result<> check_understood(const store::Repository& repository) {
  auto refuse = [&](const std::string& path, std::string_view why) {
    return fail_with(EINVAL, cat(repository.path(), "/", printable(path, 1024), ": ", why));
  };
  auto streams = open_beneath(repository.fd(), "streams", O_RDONLY | O_DIRECTORY);
  if (!streams && streams.error().code != ENOENT)
    return in_context(repository.path(), std::move(streams).error());
  if (streams) {
    TRY_ASSIGN(auto entries, list_directory(streams->get()));
    for (const DirectoryEntry& entry : entries)
      if (entry.name != "refs")
        return refuse("streams/" + entry.name,
                      "only composefs-rs knows what its streams need; its cfsctl gc does this");
  }
  TRY_ASSIGN(auto images, repository.images());
  auto dir = open_beneath(repository.fd(), "images", O_RDONLY | O_DIRECTORY);
  if (!dir && dir.error().code == ENOENT) return {};
  if (!dir) return in_context(repository.path(), std::move(dir).error());
  TRY_ASSIGN(auto entries, list_directory(dir->get()));
  for (const DirectoryEntry& entry : entries) {
    auto digest = Digest::parse(entry.name);
    if (entry.name != "refs" && (!digest || std::ranges::find(images, *digest) == images.end()))
      return refuse("images/" + entry.name,
                    "is no image's link; cfsroot verify lists what is wrong");
  }
  return {};
}

// Sorted by digest: the images, the one that runs among them, and what they need.
Result<std::vector<Digest>> needed(const store::Repository& repository, const std::string& root) {
  TRY_ASSIGN(auto images, repository.images());
  TRY_ASSIGN(auto running, running_image(root));
  if (running && std::ranges::find(images, *running) == images.end() &&
      repository.open_object(*running))
    images.push_back(*running);
  std::vector<Digest> live = images;
  for (const Digest& image : images) {
    auto fd = repository.open_object(image);
    auto found = fd ? read_image_objects(fd->get())
                    : Result<ImageObjects>(tl::make_unexpected(std::move(fd).error()));
    if (!found)
      return in_context(cat(repository.path(), "/images/", image.hex(),
                            ": what it needs is not known, so nothing is removed"),
                        std::move(found).error());
    live.insert(live.end(), found->objects.begin(), found->objects.end());
  }
  std::ranges::sort(live, {}, &Digest::storage);
  return live;
}

Result<> run(const Options& options, Report& report) {
  TRY_ASSIGN(auto repository,
             store::Repository::open(options.repository, store::Repository::Use::kAlone));
  TRY(repository.check_writable());
  TRY(check_understood(repository));
  TRY_ASSIGN(auto live, needed(repository, options.root));
  TRY_ASSIGN(Fd objects, open_beneath(repository.fd(), "objects", O_RDONLY | O_DIRECTORY));
  // Nobody else is here: what is left of killed runs is nobody's.
  if (!options.dry_run) sweep_temporaries(objects.get(), kTemporaryPrefix);
  auto all = list_objects(repository, [&](std::string path, std::string problem) {
    report.warn(cat(path, ": ", problem));
  });
  u64 removed = 0, bytes = 0;
  for (const Digest& object : all) {
    if (std::ranges::binary_search(live, object.storage, {}, &Digest::storage)) continue;
    const std::string path = object.object_path();
    struct stat st;
    if (::fstatat(objects.get(), path.c_str(), &st, AT_SYMLINK_NOFOLLOW) < 0 ||
        (!options.dry_run && ::unlinkat(objects.get(), path.c_str(), 0) < 0))
      return fail(errno, cat(options.repository, "/objects/", path));
    ++removed;
    bytes += static_cast<u64>(st.st_blocks) * 512;
  }
  if (removed > 0 && !options.dry_run && ::syncfs(objects.get()) < 0)
    return fail(errno, cat(options.repository, ": sync"));
  report.data()["dry_run"] = options.dry_run;
  report.data()["removed"] = removed;
  report.data()["bytes"] = bytes;
  report.data()["kept"] = all.size() - removed;
  report.line(cat(options.dry_run ? "would remove " : "removed ", removed,
                  removed == 1 ? " object, " : " objects, ", bytes, " bytes; ",
                  all.size() - removed, " are needed"));
  return {};
}

}  // namespace

Run define_gc(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_repository(app, options->repository);
  app.add_option("--root", options->root,
                 "root of the system whose running image is needed (default: /)")
      ->type_name("DIR");
  app.add_flag("--dry-run", options->dry_run, "only say what would be removed");
  return [options](Report& report) { return run(*options, report); };
}

}  // namespace cfs::tools
