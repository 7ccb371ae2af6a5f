// SPDX-License-Identifier: LGPL-2.1-or-later

// Directories whose listing ends with an error, as on a disk that fails, or is without the types of
// files, as on some file systems: this readdir() stands in front of libc's for the whole test
// program.

#pragma once

#include <dirent.h>
#include <dlfcn.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "base/text.h"

namespace cfs {

// While it lives, the directories whose path ends so cannot be read.
class UnreadableDirectory {
 public:
  explicit UnreadableDirectory(std::string end) { end_ = std::move(end); }
  ~UnreadableDirectory() { end_.clear(); }
  UnreadableDirectory(const UnreadableDirectory&) = delete;
  UnreadableDirectory& operator=(const UnreadableDirectory&) = delete;

  static bool is(DIR* dir) {
    if (end_.empty()) return false;
    char path[4096];
    ssize_t size = ::readlink(cat("/proc/self/fd/", ::dirfd(dir)).c_str(), path, sizeof path);
    return size > 0 && std::string_view(path, static_cast<std::size_t>(size)).ends_with(end_);
  }

 private:
  static inline std::string end_;
};

// Cleared while directories do not say of what types their entries are.
inline bool directories_list_types = true;

}  // namespace cfs

extern "C" __attribute__((used)) inline dirent* readdir(DIR* dir) {
  static auto* real = reinterpret_cast<dirent* (*)(DIR*)>(::dlsym(RTLD_NEXT, "readdir"));
  if (cfs::UnreadableDirectory::is(dir)) {
    errno = EIO;
    return nullptr;
  }
  dirent* entry = real(dir);
  if (entry && !cfs::directories_list_types) entry->d_type = DT_UNKNOWN;
  return entry;
}
