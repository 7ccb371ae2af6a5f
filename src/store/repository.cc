// SPDX-License-Identifier: LGPL-2.1-or-later

#include "store/repository.h"

#include <dirent.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/directory.h"
#include "base/lock.h"
#include "base/output_file.h"
#include "base/text.h"
#include "fsverity/kernel.h"

namespace cfs::store {

namespace {

constexpr std::size_t kMetadataMax = 1 << 20;
constexpr std::string_view kScratchStem = ".cfsroot-tmp.repo.";
constexpr std::size_t kPrefixMin = 4;

// A guess where meta.json does not say it: the length of the names in objects/.
HashAlg guess_alg(int repository) {
  auto objects = open_beneath(repository, "objects", O_RDONLY | O_DIRECTORY);
  if (!objects) return HashAlg::kSha256;
  auto fan_outs = list_directory(objects->get());
  if (!fan_outs) return HashAlg::kSha256;
  for (const DirectoryEntry& fan_out : *fan_outs) {
    if (fan_out.name.size() != 2) continue;
    auto dir = open_beneath(objects->get(), fan_out.name, O_RDONLY | O_DIRECTORY);
    if (!dir) continue;
    auto names = list_directory(dir->get());
    if (names && !names->empty())
      return names->front().name.size() == 126 ? HashAlg::kSha512 : HashAlg::kSha256;
  }
  return HashAlg::kSha256;
}

// A directory for a link until it is renamed; removed again, also by the next run if this one is
// killed.
class Scratch {
 public:
  static Result<Scratch> make(int repository) {
    sweep_temporaries(repository, kScratchStem);
    TRY_ASSIGN(Temporary made, create_temporary(repository, kScratchStem, true, 0700));
    return Scratch(repository, std::move(made));
  }
  Scratch(Scratch&&) = default;
  ~Scratch() {
    if (!made_.fd) return;
    ::unlinkat(made_.fd.get(), "link", 0);
    ::unlinkat(repository_, made_.name.c_str(), AT_REMOVEDIR);
  }

  // Puts a link at dir/name, in place of one that is there.
  Result<> link(const std::string& target, int dir, const std::string& name) const {
    if (::symlinkat(target.c_str(), made_.fd.get(), "link") < 0 ||
        ::renameat(made_.fd.get(), "link", dir, name.c_str()) < 0)
      return fail_with(errno, Error::describe(errno));
    return {};
  }

 private:
  Scratch(int repository, Temporary made) : repository_(repository), made_(std::move(made)) {}
  int repository_;
  Temporary made_;
};

Result<Fd> make_directory(int dir, const std::string& name) {
  if (::mkdirat(dir, name.c_str(), 0755) < 0 && errno != EEXIST)
    return fail_with(errno, Error::describe(errno));
  return open_beneath(dir, name, O_RDONLY | O_DIRECTORY);
}

Result<> put_ref(const Scratch& scratch, int images, const std::string& ref, const Digest& image) {
  TRY_ASSIGN(Fd dir, make_directory(images, "refs"));
  std::string rest = ref;
  for (std::size_t slash; (slash = rest.find('/')) != std::string::npos;) {
    TRY_ASSIGN(dir, make_directory(dir.get(), rest.substr(0, slash)));
    rest.erase(0, slash + 1);
  }
  return scratch.link(ref_target(ref, image), dir.get(), rest);
}

}  // namespace

Result<Repository> Repository::open(const std::string& path, Use use) {
  auto fd = open_file(path, O_RDONLY | O_DIRECTORY);
  if (!fd) return fail(fd.error().code, cat("repository ", path));
  Repository repository(path, std::move(*fd));
  if (use == Use::kShared) {
    TRY(lock(repository.fd(), LOCK_SH, path));
  } else if (::flock(repository.fd(), LOCK_EX | LOCK_NB) < 0) {
    if (errno == EWOULDBLOCK)
      return fail_with(EBUSY, cat(path, ": other programs use it; try again when they are done"));
    return fail(errno, cat(path, ": lock"));
  }
  TRY(repository.read_metadata());
  return repository;
}

Result<> Repository::read_metadata() {
  auto failed = [&](Error error) { return in_context(path_, std::move(error)); };
  auto meta = open_beneath(fd(), "meta.json", O_RDONLY | O_NONBLOCK);
  if (!meta && meta.error().code != ENOENT) return failed(std::move(meta).error());
  if (!meta) {
    if (::faccessat(fd(), "objects", F_OK, 0) < 0)
      return fail_with(ENOENT, cat(path_,
                                   ": is not a repository (no meta.json, no objects); "
                                   "`cfsroot init` makes one"));
    metadata_.alg = guess_alg(fd());
    return {};
  }
  auto text = read_to_end(meta->get(), kMetadataMax);
  if (!text) return failed(std::move(text).error());
  auto metadata = parse_metadata(*text);
  if (!metadata) return failed(std::move(metadata).error());
  auto measured = fsverity::measure(meta->get());
  if (!measured) return failed(std::move(measured).error());
  metadata_ = std::move(*metadata);
  has_metadata_ = true;
  secure_ = measured->has_value();
  return {};
}

Result<> Repository::check_writable() const {
  if (!has_metadata_)
    return fail_with(EINVAL, cat(path_, ": has no meta.json; `cfsroot init` adds it"));
  if (!metadata_.unknown_features.empty())
    return fail_with(EOPNOTSUPP, cat(path_, ": may only be read here: it has the feature `",
                                     printable(metadata_.unknown_features.front()), "`"));
  if (metadata_.erofs_format > 1)
    return fail_with(EOPNOTSUPP, cat(path_, ": wants images of EROFS format ",
                                     metadata_.erofs_format, "; 0 and 1 can be made here"));
  return {};
}

Result<std::unique_ptr<ObjectStore>> Repository::objects(ObjectStore::Warn warn) const {
  const std::string path = path_ + "/objects";
  auto dir = make_directory(fd(), "objects");
  if (!dir) return fail(dir.error().code, path);
  auto store = ObjectStore::open(
      std::move(*dir), path, std::move(warn), alg(),
      secure_ ? ObjectStore::Verity::kRequired : ObjectStore::Verity::kIfPossible);
  if (!store) return fail(store.error().code, path);
  return store;
}

Result<> Repository::check_free(const std::string& ref) const {
  for (std::size_t end = 0; end != std::string::npos;) {
    end = ref.find('/', end + 1);
    const std::string path = "images/refs/" + ref.substr(0, end);
    struct stat st;
    if (::fstatat(fd(), path.c_str(), &st, AT_SYMLINK_NOFOLLOW) < 0) return {};
    const bool last = end == std::string::npos;
    if (S_ISDIR(st.st_mode) == last)
      return fail_with(EEXIST, cat(path_, "/", path,
                                   last ? ": holds names, so it cannot be one"
                                        : ": is a name, so it cannot hold others"));
  }
  return {};
}

Result<> Repository::add_image(const Digest& image, const std::string& ref) const {
  auto failed = [&](std::string_view what, Error error) {
    return in_context(cat(path_, "/images/", what), std::move(error));
  };
  if (!ref.empty()) TRY(check_free(ref));
  auto scratch = Scratch::make(fd());
  if (!scratch) return failed("", std::move(scratch).error());
  auto images = make_directory(fd(), "images");
  if (!images) return failed("", std::move(images).error());
  auto there = read_link(images->get(), image.hex());
  if (!there || *there != image_target(image))
    if (auto put = scratch->link(image_target(image), images->get(), image.hex()); !put)
      return failed(image.hex(), std::move(put).error());
  if (::syncfs(fd()) < 0) return fail(errno, cat(path_, ": sync"));
  if (ref.empty()) return {};
  if (auto put = put_ref(*scratch, images->get(), ref, image); !put)
    return failed(cat("refs/", ref), std::move(put).error());
  if (::syncfs(fd()) < 0) return fail(errno, cat(path_, ": sync"));
  return {};
}

Result<std::vector<Digest>> Repository::images() const {
  std::vector<Digest> found;
  auto images = open_beneath(fd(), "images", O_RDONLY | O_DIRECTORY);
  if (!images && images.error().code == ENOENT) return found;
  if (!images) return in_context(path_, std::move(images).error());
  TRY_ASSIGN(auto entries, list_directory(images->get()));
  for (const DirectoryEntry& entry : entries) {
    auto digest = Digest::parse(entry.name);
    if (entry.type != DT_LNK || !digest || digest->hex() != entry.name) continue;
    auto target = read_link(images->get(), entry.name);
    if (target && *target == image_target(*digest)) found.push_back(*digest);
  }
  return found;
}

Result<std::vector<Ref>> Repository::refs(std::vector<std::string>* strange) const {
  TRY_ASSIGN(auto known, images());
  std::vector<Ref> found;
  // Directories still to be read; no recursion, since their depth is not ours.
  std::vector<std::string> below{""};
  while (!below.empty()) {
    std::string prefix = std::move(below.back());
    below.pop_back();
    auto dir = open_beneath(fd(), "images/refs/" + prefix, O_RDONLY | O_DIRECTORY);
    if (!dir && dir.error().code == ENOENT) continue;
    if (!dir) return in_context(path_, std::move(dir).error());
    TRY_ASSIGN(auto entries, list_directory(dir->get()));
    for (const DirectoryEntry& entry : entries) {
      std::string name = prefix + entry.name;
      if (entry.type == DT_DIR) {
        below.push_back(name + "/");
        continue;
      }
      auto target = entry.type == DT_LNK ? read_link(dir->get(), entry.name)
                                         : Result<std::string>(fail_with(EINVAL, ""));
      auto digest = target ? parse_ref_target(name, *target) : std::nullopt;
      if (!digest) {
        if (strange) strange->push_back(std::move(name));
        continue;
      }
      found.push_back({name, *digest, std::ranges::find(known, *digest) == known.end()});
    }
  }
  std::ranges::sort(found, {}, &Ref::name);
  return found;
}

Result<Digest> Repository::find(const std::string& word) const {
  TRY_ASSIGN(auto known, images());
  auto missing = [&] {
    return fail_with(ENOENT, cat(path_, ": has no image `", printable(word), "`"));
  };
  if (auto digest = Digest::parse(word)) {
    if (std::ranges::find(known, *digest) == known.end()) return missing();
    return *digest;
  }
  TRY_ASSIGN(auto named, refs());
  std::string_view name = word;
  if (name.starts_with("refs/")) name.remove_prefix(5);
  for (const Ref& ref : named) {
    if (ref.name != name) continue;
    if (!ref.dangling) return ref.digest;
    return fail_with(ENOENT, cat(path_, ": the image of `", printable(word), "` is gone"));
  }
  if (word.size() < kPrefixMin) return missing();
  const Digest* match = nullptr;
  for (const Digest& image : known) {
    if (!image.hex().starts_with(word)) continue;
    if (match) return fail_with(EINVAL, cat(path_, ": several images begin with `", word, "`"));
    match = &image;
  }
  if (!match) return missing();
  return *match;
}

Result<Fd> Repository::open_object(const Digest& digest) const {
  return open_beneath(fd(), "objects/" + digest.object_path(), O_RDONLY | O_NONBLOCK);
}

}  // namespace cfs::store
