// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/fd.h"
#include "base/text.h"

namespace cfs {

Result<std::vector<DirectoryEntry>> list_directory(int dir) {
  // A descriptor of its own: reading moves its position. Without search permission there is none to
  // be had, and the position is that of `dir`.
  auto again = open_at(dir, ".", O_RDONLY | O_DIRECTORY);
  if (!again && again.error().code == EACCES) again = Fd(::fcntl(dir, F_DUPFD_CLOEXEC, 0));
  if (!again) return tl::make_unexpected(std::move(again).error());
  std::unique_ptr<DIR, int (*)(DIR*)> list(::fdopendir(again->get()), ::closedir);
  if (!list) return fail(errno, "read directory");
  again->release();
  ::rewinddir(list.get());
  std::vector<DirectoryEntry> entries;
  for (;;) {
    errno = 0;
    dirent* entry = ::readdir(list.get());
    if (!entry && errno != 0) return fail(errno, "read directory");
    if (!entry) break;
    std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    unsigned char type = entry->d_type;
    struct stat st;
    if (type == DT_UNKNOWN && ::fstatat(dir, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) == 0)
      type = static_cast<unsigned char>(IFTODT(st.st_mode));
    entries.push_back({std::move(name), type});
  }
  std::ranges::sort(entries, {}, &DirectoryEntry::name);
  return entries;
}

PathParts split_path(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {".", path};
  return {path.substr(0, slash ? slash : 1), path.substr(slash + 1)};
}

Result<std::string> read_link(int dir, const std::string& name) {
  char target[4096];
  ssize_t n = ::readlinkat(dir, name.c_str(), target, sizeof target);
  if (n < 0) return fail(errno, cat("read link ", name));
  return std::string(target, static_cast<std::size_t>(n));
}

}  // namespace cfs
