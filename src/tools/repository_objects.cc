// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tools/repository_objects.h"

#include <dirent.h>
#include <sys/file.h>

#include <algorithm>

#include "base/directory.h"
#include "base/output_file.h"
#include "base/text.h"

namespace cfs::tools {

namespace {

bool is_fan_out(const DirectoryEntry& entry) {
  return entry.name.size() == 2 && std::ranges::all_of(entry.name, [](char c) {
           return hex_digit(c) >= 0 && !(c >= 'A' && c <= 'F');
         });
}

void list_fan_out(int objects, const std::string& name, HashAlg alg, std::vector<Digest>& found,
                  const Find& find) {
  std::string path = "objects/" + name;
  auto dir = open_beneath(objects, name, O_RDONLY | O_DIRECTORY);
  if (!dir) return find(path, cat("is not a directory: ", Error::describe(dir.error().code)));
  auto entries = list_directory(dir->get());
  if (!entries) return find(path, entries.error().text);
  for (const DirectoryEntry& entry : *entries) {
    auto digest = Digest::parse(name + entry.name);
    if (!digest || digest->hex() != name + entry.name || digest->alg != alg)
      find(printable(cat(path, "/", entry.name)), std::string(kStranger));
    else
      found.push_back(*digest);
  }
}

}  // namespace

void check_temporary(int dir, const std::string& path, const std::string& name, const Find& find) {
  auto fd = open_at(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (fd && ::flock(fd->get(), LOCK_SH | LOCK_NB) == 0)
    find(printable(path), "is left from a run that was killed; the next import removes it");
}

std::vector<Digest> list_objects(const store::Repository& repository, const Find& find) {
  std::vector<Digest> found;
  auto objects = open_beneath(repository.fd(), "objects", O_RDONLY | O_DIRECTORY);
  auto entries =
      objects
          ? list_directory(objects->get())
          : Result<std::vector<DirectoryEntry>>(tl::make_unexpected(std::move(objects).error()));
  if (!entries) {
    find("objects", Error::describe(entries.error().code));
    return found;
  }
  for (const DirectoryEntry& entry : *entries) {
    std::string path = "objects/" + entry.name;
    if (entry.name.starts_with(kTemporaryPrefix))
      check_temporary(objects->get(), path, entry.name, find);
    else if (!is_fan_out(entry))
      find(printable(path), std::string(kStranger));
    else
      list_fan_out(objects->get(), entry.name, repository.alg(), found, find);
  }
  std::ranges::sort(found, {}, &Digest::storage);
  return found;
}

}  // namespace cfs::tools
