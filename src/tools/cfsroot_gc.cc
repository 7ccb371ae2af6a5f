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
  std::vector<std::string> strange;
  TRY_ASSIGN(auto refs, repository.refs(&strange));
  if (!strange.empty()) return fail_with(EINVAL, strange_ref(repository, strange.front()));
  for (const store::Ref& ref : refs) {
    if (!ref.dangling) continue;
    auto object = repository.open_object(ref.digest);
    if (object || object.error().code != ENOENT)
      return refuse("images/refs/" + ref.name,
                    "names an image that is not in images/; remove the name, or import it again");
  }
  return {};
}

bool on_one_file_system(const std::string& a, const std::string& b) {
  struct stat x, y;
  return ::stat(a.c_str(), &x) == 0 && ::stat(b.c_str(), &y) == 0 && x.st_dev == y.st_dev;
}

// The images that this system runs: they may be here without a link, or their objects alone.
Result<> add_running(const store::Repository& repository, const std::string& root,
                     std::vector<Digest>& images) {
  TRY_ASSIGN(auto in_use, images_in_use(root));
  for (const Digest& image : in_use) {
    if (std::ranges::find(images, image) != images.end()) continue;
    auto object = repository.open_object(image);
    if (object)
      images.push_back(image);
    else if (object.error().code != ENOENT ||
             on_one_file_system(repository.path(), root + "/sysroot"))
      return fail_with(object.error().code == ENOENT ? EBUSY : object.error().code,
                       cat(image.hex(), ": this system runs it, and what it needs is not known: ",
                           "the image is not in ", repository.path()));
  }
  return {};
}

// Sorted by digest: the images, those that run among them, and what they need.
Result<std::vector<Digest>> needed(const store::Repository& repository, const std::string& root) {
  TRY_ASSIGN(auto images, repository.images());
  TRY(add_running(repository, root, images));
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

struct Collected {
  u64 removed = 0, bytes = 0, kept = 0;
};

// Removes what is not in `live`, or only counts it.
Result<Collected> collect(const store::Repository& repository, const std::vector<Digest>& live,
                          bool dry_run, Report& report) {
  TRY_ASSIGN(Fd objects, open_beneath(repository.fd(), "objects", O_RDONLY | O_DIRECTORY));
  // Nobody else is here: what is left of killed runs is nobody's.
  if (!dry_run) sweep_temporaries(objects.get(), kTemporaryPrefix);
  auto listed = list_objects(repository, [&](std::string path, std::string problem) {
    report.warn(cat(path, ": ", problem));
  });
  if (!listed) return in_context(repository.path(), std::move(listed).error());
  Collected collected;
  for (const Digest& object : *listed) {
    if (std::ranges::binary_search(live, object.storage, {}, &Digest::storage)) continue;
    const std::string path = object.object_path();
    struct stat st;
    if (::fstatat(objects.get(), path.c_str(), &st, AT_SYMLINK_NOFOLLOW) < 0 ||
        (!dry_run && ::unlinkat(objects.get(), path.c_str(), 0) < 0))
      return fail(errno, cat(repository.path(), "/objects/", path));
    ++collected.removed;
    collected.bytes += static_cast<u64>(st.st_blocks) * 512;
  }
  if (collected.removed > 0 && !dry_run && ::syncfs(objects.get()) < 0)
    return fail(errno, cat(repository.path(), ": sync"));
  collected.kept = listed->size() - collected.removed;
  return collected;
}

Result<> run(const Options& options, Report& report) {
  TRY_ASSIGN(auto repository,
             store::Repository::open(options.repository, store::Repository::Use::kAlone));
  TRY(repository.check_writable());
  TRY(check_understood(repository));
  TRY_ASSIGN(auto live, needed(repository, options.root));
  TRY_ASSIGN(auto collected, collect(repository, live, options.dry_run, report));
  const auto [removed, bytes, kept] = collected;
  report.data()["dry_run"] = options.dry_run;
  report.data()["removed"] = removed;
  report.data()["bytes"] = bytes;
  report.data()["kept"] = kept;
  report.line(cat(options.dry_run ? "would remove " : "removed ", removed,
                  removed == 1 ? " object, " : " objects, ", bytes, " bytes; ", kept,
                  " are needed"));
  return {};
}

}  // namespace

Run define_gc(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_repository(app, options->repository);
  app.add_option("--root", options->root,
                 "root of the system whose running images are needed (default: /)")
      ->type_name("DIR");
  app.add_flag("--dry-run", options->dry_run, "only say what would be removed");
  return [options](Report& report) { return run(*options, report); };
}

}  // namespace cfs::tools
