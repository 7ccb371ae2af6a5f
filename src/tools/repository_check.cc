// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tools/repository_check.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <set>

#include "base/directory.h"
#include "base/output_file.h"
#include "base/parallel.h"
#include "base/text.h"
#include "fsverity/kernel.h"
#include "merkle/merkle.h"
#include "tools/image_objects.h"
#include "tools/repository_objects.h"

namespace cfs::tools {

namespace {

bool less(const Digest& a, const Digest& b) { return a.storage < b.storage; }

std::string shown(const Digest& digest) {
  return cat("fsverity-", fsverity::name(digest.alg), ":", digest.hex());
}

}  // namespace

std::optional<std::string> object_problem(int objects, const Digest& digest, bool verity,
                                          u64* size) {
  auto fd = open_beneath(objects, digest.object_path(), O_RDONLY | O_NONBLOCK);
  if (!fd && fd.error().code == ENOENT) return "is missing";
  if (!fd) return cat("cannot be opened: ", Error::describe(fd.error().code));
  struct stat st;
  if (::fstat(fd->get(), &st) < 0 || !S_ISREG(st.st_mode)) return "is not a regular file";
  auto content = merkle::digest_of_fd(digest.alg, fd->get(), size);
  if (!content) return cat("cannot be read: ", content.error().text);
  if (*content != digest) return cat("has other content: its digest is ", shown(*content));
  auto measured = fsverity::measure(fd->get());
  if (!measured) return cat("cannot be measured: ", measured.error().text);
  if (*measured && **measured != digest)
    return cat("has another fs-verity digest: ", shown(**measured));
  if (verity && !*measured) return "has no fs-verity";
  return {};
}

void RepositoryCheck::find(std::string path, std::string problem) {
  findings_.push_back({std::move(path), std::move(problem)});
}

std::vector<Finding> RepositoryCheck::findings() {
  std::ranges::sort(findings_, {}, [](const Finding& f) { return std::tie(f.path, f.problem); });
  return std::move(findings_);
}

std::size_t RepositoryCheck::find_object(const Digest& digest) const {
  auto at = std::ranges::lower_bound(objects_, digest, less);
  if (at != objects_.end() && *at != digest) at = objects_.end();
  return static_cast<std::size_t>(at - objects_.begin());
}

Result<> RepositoryCheck::check_all() {
  check_top();
  // Links before objects: an import may end meanwhile, and its objects are there before its links.
  read_links("images", true);
  read_links("streams", false);
  auto objects = list_objects(repository_, finder());
  if (!objects) return in_context(repository_.path(), std::move(objects).error());
  objects_ = std::move(*objects);
  TRY(read_objects());
  check_links();
  return {};
}

Result<> RepositoryCheck::check_images(const std::vector<Digest>& images) {
  objects_ = images;
  for (const Digest& image : images) {
    auto fd = repository_.open_object(image);
    auto found = fd ? read_image_objects(fd->get()) : Result<ImageObjects>();
    if (fd && found) objects_.insert(objects_.end(), found->objects.begin(), found->objects.end());
  }
  std::ranges::sort(objects_, less);
  objects_.erase(std::unique(objects_.begin(), objects_.end()), objects_.end());
  TRY(read_objects());
  for (const Digest& image : images) check_image(image);
  return {};
}

void RepositoryCheck::check_top() {
  auto entries = list_directory(repository_.fd());
  if (!entries) return find(".", entries.error().text);
  for (const DirectoryEntry& entry : *entries) {
    if (entry.name == "objects" || entry.name == "images" || entry.name == "streams" ||
        entry.name == "signed") {
      if (entry.type != DT_DIR) find(entry.name, "is not a directory");
    } else if (entry.name.starts_with(kTemporaryPrefix)) {
      check_temporary(repository_.fd(), entry.name, entry.name, finder());
    } else if (entry.name != "meta.json" && entry.name != "lost+found") {
      find(printable(entry.name), std::string(kStranger));
    }
  }
  if (!repository_.metadata()) find("meta.json", "is missing; `cfsroot init` adds it");
}

Result<> RepositoryCheck::read_objects() {
  sizes_.resize(objects_.size());
  auto dir = open_beneath(repository_.fd(), "objects", O_PATH | O_DIRECTORY);
  if (!dir) return {};
  std::mutex mutex;
  constexpr std::size_t kBatch = 256;  // between two looks at the progress
  for (std::size_t begin = 0; begin < objects_.size(); begin += kBatch) {
    if (objects_.size() > kBatch) progress_(begin, objects_.size());
    std::size_t count = std::min(kBatch, objects_.size() - begin);
    TRY(parallel_for(threads_, count, [&](std::size_t i) -> Result<> {
      const Digest& digest = objects_[begin + i];
      u64 size = 0;
      auto problem = object_problem(dir->get(), digest, repository_.secure(), &size);
      if (!problem) {
        sizes_[begin + i] = size;
        return {};
      }
      std::lock_guard lock(mutex);
      find("objects/" + digest.object_path(), std::move(*problem));
      return {};
    }));
  }
  if (objects_.size() > kBatch) progress_(objects_.size(), objects_.size());
  return {};
}

void RepositoryCheck::check_image(const Digest& image) {
  std::string path = "images/" + image.hex();
  ++images_;
  auto fd = repository_.open_object(image);
  if (!fd)
    return find(path, cat("its object cannot be opened: ", Error::describe(fd.error().code)));
  auto found = read_image_objects(fd->get());
  if (!found) return find(path, found.error().text);
  for (std::size_t i = 0; i < found->objects.size(); ++i) {
    const std::string object = found->objects[i].object_path();
    const std::size_t at = find_object(found->objects[i]);
    if (at == objects_.size())
      find(path, cat("needs the object ", object, ", which is missing"));
    else if (sizes_[at].value_or(found->sizes[i]) != found->sizes[i])
      find(path, cat("says ", found->sizes[i], " bytes of the object ", object, ", which has ",
                     *sizes_[at]));
  }
}

void RepositoryCheck::check_links() {
  for (const Link& link : links_) {
    if (find_object(link.digest) == objects_.size())
      find(link.path, "its object is missing");
    else if (link.image)
      check_image(link.digest);
  }
}

void RepositoryCheck::read_links(const std::string& category, bool images) {
  auto dir = open_beneath(repository_.fd(), category, O_RDONLY | O_DIRECTORY);
  if (!dir && dir.error().code == ENOENT) return;
  auto entries = dir ? list_directory(dir->get())
                     : Result<std::vector<DirectoryEntry>>(tl::make_unexpected(dir.error()));
  if (!entries) return find(category, entries.error().text);
  for (const DirectoryEntry& entry : *entries) {
    std::string path = cat(category, "/", printable(entry.name, 1024));
    if (entry.name == "refs" && entry.type == DT_DIR) {
      check_refs(category, images);
      continue;
    }
    auto target = entry.type == DT_LNK ? read_link(dir->get(), entry.name)
                                       : Result<std::string>(fail_with(EINVAL, ""));
    auto digest = target ? store::parse_image_target(*target) : std::nullopt;
    if (!target)
      find(path, std::string(kStranger));
    else if (!digest)
      find(path, cat("leads to `", printable(*target), "`, which is no object"));
    else if (images && digest->hex() != entry.name)
      find(path, cat("leads to another object, ", digest->object_path()));
    else
      links_.push_back({std::move(path), *digest, images});
  }
}

void RepositoryCheck::check_refs(const std::string& category, bool images) {
  auto top = open_beneath(repository_.fd(), category, O_PATH | O_DIRECTORY);
  std::vector<std::string> below{""};
  while (!below.empty()) {
    std::string prefix = std::move(below.back());
    below.pop_back();
    std::string path = cat(category, "/refs/", prefix);
    auto dir = open_beneath(repository_.fd(), path, O_RDONLY | O_DIRECTORY);
    auto entries = dir ? list_directory(dir->get())
                       : Result<std::vector<DirectoryEntry>>(tl::make_unexpected(dir.error()));
    if (!entries) {
      find(path, entries.error().text);
      continue;
    }
    for (const DirectoryEntry& entry : *entries) {
      std::string name = prefix + entry.name, where = printable(path + entry.name, 1024);
      if (entry.type == DT_DIR) {
        below.push_back(name + "/");
        continue;
      }
      auto target = entry.type == DT_LNK ? read_link(dir->get(), entry.name)
                                         : Result<std::string>(fail_with(EINVAL, ""));
      if (!target) {
        find(where, std::string(kStranger));
        continue;
      }
      auto wanted = images ? store::parse_ref_target(name, *target) : std::nullopt;
      struct stat st;
      if (images && !wanted)
        find(where, cat("leads to `", printable(*target), "`, which is no image"));
      else if (wanted ? ::fstatat(top->get(), wanted->hex().c_str(), &st, AT_SYMLINK_NOFOLLOW) < 0
                      : ::fstatat(dir->get(), entry.name.c_str(), &st, 0) < 0)
        find(where, cat("dangles: `", printable(*target), "` is missing"));
    }
  }
}

}  // namespace cfs::tools
