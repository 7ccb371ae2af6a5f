// SPDX-License-Identifier: LGPL-2.1-or-later

// A repository as a source: all of its objects, its images, and the links that name them.

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "disk/sources.h"
#include "erofs/reader.h"
#include "tree/scan.h"
#include "tree/walk.h"

namespace cfs::disk {

Result<std::optional<HashAlg>> algorithm_of(const std::vector<Source>& sources) {
  for (const Source& source : sources) {
    if (source.kind != SourceKind::kRepository) continue;
    TRY_ASSIGN(auto repository, store::Repository::open(source.path));
    return std::optional(repository.alg());
  }
  return std::optional<HashAlg>();
}

Result<> Sources::add_repository(const std::string& path) {
  TRY_ASSIGN(auto opened, store::Repository::open(path));
  // Kept open: its lock keeps what is in it.
  const auto& repository =
      *repositories_.emplace_back(std::make_unique<store::Repository>(std::move(opened)));
  if (repository.alg() != metadata_.alg)
    return fail_with(EINVAL, cat(path, ": has objects of ", fsverity::name(repository.alg()),
                                 "; a disk has one --algorithm"));
  if (const store::Metadata* metadata = repository.metadata()) {
    if (!metadata->unknown_features.empty())
      return fail_with(EOPNOTSUPP, cat(path, ": has the feature `",
                                       printable(metadata->unknown_features.front()),
                                       "`, which is not known here"));
    if (repositories_.size() == 1) metadata_.erofs_format = metadata->erofs_format;
  }
  TRY(add_repository_objects(repository));
  TRY(add_repository_images(repository));
  return add_repository_streams(path);
}

Result<> Sources::add_repository_objects(const store::Repository& repository) {
  const std::string objects = repository.path() + "/objects";
  auto opened = open_beneath(repository.fd(), "objects", O_RDONLY | O_DIRECTORY);
  if (!opened) return fail(opened.error().code, objects);
  Fd fd = std::move(*opened);
  struct stat st;
  if (::fstat(fd.get(), &st) < 0) return fail(errno, objects);
  // Names with a dot are of runs that go on or were killed.
  TRY_ASSIGN(Tree tree, tree::scan(objects, {.skip_xattrs = true,
                                             .threads = threads_,
                                             .hidden = {{st.st_dev, st.st_ino, ".", true}}}));
  auto files = std::make_unique<FileContents>(objects, std::move(fd));
  Result<> result;
  tree::walk(tree, [&](std::string_view name, const tree::Entry& entry) {
    const tree::Inode& inode = tree[entry.inode];
    if (inode.is_directory()) return true;
    std::string digits(name);
    std::erase(digits, '/');
    auto digest = Digest::parse(digits);
    if (!digest || digest->alg != metadata_.alg || !inode.is_regular() ||
        name.substr(1) != digest->object_path()) {
      result =
          fail_with(EINVAL, cat(objects, printable(name), ": not an object of this repository"));
    } else if (::faccessat(AT_FDCWD, cat(objects, name).c_str(), R_OK, AT_EACCESS) < 0) {
      result = fail(errno, cat(objects, name));
    } else {
      objects_.add({*digest, inode.size, files.get(), files->add(name.substr(1)), true});
    }
    return result.has_value();
  });
  contents_.push_back(std::move(files));
  return result;
}

Result<> Sources::add_repository_images(const store::Repository& repository) {
  TRY_ASSIGN(auto images, repository.images());
  for (const Digest& digest : images) {
    TRY_ASSIGN(Fd fd, repository.open_object(digest));
    std::string name = cat(repository.path(), "/images/", digest.hex());
    auto mapping = Mapping::of(fd.get());
    if (!mapping) return in_context(name, std::move(mapping).error());
    auto tree = erofs::read_image(mapping->bytes());
    if (!tree) return in_context(name, std::move(tree).error());
    mappings_.push_back(std::move(*mapping));
    trees_.push_back(std::make_unique<Tree>(std::move(*tree)));
    images_.push_back({digest, trees_.back().get(), std::move(name)});
  }
  TRY_ASSIGN(auto refs, repository.refs());
  for (const store::Ref& ref : refs)
    if (!ref.dangling) refs_.insert_or_assign(ref.name, ref.digest);
  return {};
}

// They are composefs-rs' own; their targets are objects, which the disk has.
Result<> Sources::add_repository_streams(const std::string& path) {
  const std::string streams = path + "/streams";
  if (::access(streams.c_str(), F_OK) < 0) return {};
  TRY_ASSIGN(Tree tree, tree::scan(streams, {.skip_xattrs = true}));
  tree::walk(tree, [&](std::string_view name, const tree::Entry& entry) {
    if (tree[entry.inode].is_symlink())
      streams_.insert_or_assign(std::string(name.substr(1)), std::string(tree[entry.inode].data()));
    return true;
  });
  return {};
}

}  // namespace cfs::disk
