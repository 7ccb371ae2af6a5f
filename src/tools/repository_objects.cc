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
  return entry.type == DT_DIR && entry.name.size() == 2 &&
         std::ranges::all_of(entry.name,
                             [](char c) { return hex_digit(c) >= 0 && !(c >= 'A' && c <= 'F'); });
}

Result<> list_fan_out(int objects, const std::string& name, HashAlg alg, std::vector<Digest>& found,
                      const Find& find) {
  std::string path = "objects/" + name;
  auto dir = open_beneath(objects, name, O_RDONLY | O_DIRECTORY);
  if (!dir) return fail(dir.error().code, path);
  auto entries = list_directory(dir->get());
  if (!entries) return fail(entries.error().code, path);
  for (const DirectoryEntry& entry : *entries) {
    auto digest = Digest::parse(name + entry.name);
    if (!digest || digest->hex() != name + entry.name || digest->alg != alg)
      find(printable(cat(path, "/", entry.name)), std::string(kStranger));
    else
      found.push_back(*digest);
  }
  return {};
}

}  // namespace

void check_temporary(int dir, const std::string& path, const std::string& name, const Find& find) {
  auto fd = open_at(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (fd && ::flock(fd->get(), LOCK_SH | LOCK_NB) == 0)
    find(printable(path), "is left from a run that was killed; the next import or gc removes it");
}

Result<std::vector<Digest>> list_objects(const store::Repository& repository, const Find& find) {
  std::vector<Digest> found;
  auto objects = open_beneath(repository.fd(), "objects", O_RDONLY | O_DIRECTORY);
  if (!objects) return fail(objects.error().code, "objects");
  auto entries = list_directory(objects->get());
  if (!entries) return fail(entries.error().code, "objects");
  for (const DirectoryEntry& entry : *entries) {
    std::string path = "objects/" + entry.name;
    if (entry.name.starts_with(kTemporaryPrefix))
      check_temporary(objects->get(), path, entry.name, find);
    else if (!is_fan_out(entry))
      find(printable(path), std::string(kStranger));
    else
      TRY(list_fan_out(objects->get(), entry.name, repository.alg(), found, find));
  }
  std::ranges::sort(found, {}, &Digest::storage);
  return found;
}

std::string strange_ref(const store::Repository& repository, const std::string& ref) {
  return cat(repository.path(), "/images/refs/", printable(ref, 1024),
             ": is no image's name; cfsroot verify lists what is wrong");
}

}  // namespace cfs::tools
