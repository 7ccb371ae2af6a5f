// SPDX-License-Identifier: LGPL-2.1-or-later

// A repository as a source: all of its objects, its images and the symlinks that name them.

#include <dirent.h>
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

Result<> Sources::add_repository(const std::string& path) {
  TRY_ASSIGN(std::string meta, read_file(path + "/meta.json", 1 << 20));
  std::string algorithm = cat("\"fsverity-", fsverity::name(alg_), "-12\"");
  if (meta.find(algorithm) == std::string::npos)
    return fail_with(EINVAL, cat(path, "/meta.json: does not say ", algorithm,
                                 "; the disk's algorithm must be the repository's (--algorithm)"));
  TRY(add_repository_objects(path));
  return add_repository_images(path);
}

Result<> Sources::add_repository_objects(const std::string& path) {
  const std::string objects = path + "/objects";
  TRY_ASSIGN(Tree tree, tree::scan(objects, {.skip_xattrs = true, .threads = threads_}));
  TRY_ASSIGN(Fd fd, open_file(objects, O_RDONLY | O_DIRECTORY));
  auto files = std::make_unique<FileContents>(objects, std::move(fd));
  Result<> result;
  tree::walk(tree, [&](std::string_view name, const tree::Entry& entry) {
    const tree::Inode& inode = tree[entry.inode];
    if (inode.is_directory()) return true;
    if (entry.name.starts_with('.')) return true;  // what killed runs leave
    std::string digits(name.substr(1));
    std::erase(digits, '/');
    auto digest = Digest::parse(digits);
    if (!digest || digest->alg != alg_ || !inode.is_regular() ||
        name.substr(1) != digest->object_path()) {
      result =
          fail_with(EINVAL, cat(objects, printable(name), ": not an object of this repository"));
      return false;
    }
    if (::faccessat(AT_FDCWD, cat(objects, name).c_str(), R_OK, AT_EACCESS) < 0) {
      result = fail(errno, cat(objects, name));
      return false;
    }
    objects_.add({*digest, inode.size, files.get(), files->add(name.substr(1)), true});
    return true;
  });
  contents_.push_back(std::move(files));
  return result;
}

Result<> Sources::add_repository_images(const std::string& path) {
  for (std::string_view folder : {"images", "streams"}) {
    const std::string at = cat(path, "/", folder);
    if (::access(at.c_str(), F_OK) < 0 && folder == "streams") continue;
    TRY_ASSIGN(Tree tree, tree::scan(at, {.skip_xattrs = true}));
    Result<> result;
    tree::walk(tree, [&](std::string_view name, const tree::Entry& entry) {
      const tree::Inode& inode = tree[entry.inode];
      if (inode.is_directory() || entry.name.starts_with('.')) return true;
      if (!inode.is_symlink()) {
        result = fail_with(EINVAL, cat(at, printable(name), ": not a symlink"));
        return false;
      }
      links_.emplace_back(cat(folder, name), std::string(inode.data()));
      auto digest = Digest::parse(name.substr(1));
      if (folder != "images" || !digest || digest->alg != alg_) return true;
      auto opened = [&]() -> Result<> {
        TRY_ASSIGN(Fd fd, open_file(cat(path, "/objects/", digest->object_path()), O_RDONLY));
        TRY_ASSIGN(Mapping mapping, Mapping::of(fd.get()));
        TRY_ASSIGN(Tree image, erofs::read_image(mapping.bytes()));
        mappings_.push_back(std::move(mapping));
        trees_.push_back(std::make_unique<Tree>(std::move(image)));
        return {};
      }();
      if (!opened) {
        result = in_context(cat(at, name), std::move(opened).error());
        return false;
      }
      images_.push_back(*digest);
      image_trees_.push_back(trees_.back().get());
      image_names_.push_back(cat(at, name));
      return true;
    });
    TRY(std::move(result));
  }
  return {};
}

}  // namespace cfs::disk
