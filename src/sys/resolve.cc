// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sys/resolve.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>

#include "base/directory.h"
#include "base/text.h"

namespace cfs::sys {

Result<std::string> read_link_beneath(int dir, const std::string& path) {
  const PathParts parts = split_path(path);
  TRY_ASSIGN(Fd at, open_beneath(dir, parts.folder, O_PATH | O_DIRECTORY));
  char text[PATH_MAX];
  ssize_t size = ::readlinkat(at.get(), parts.name.c_str(), text, sizeof text);
  if (size < 0) return fail(errno, cat("read link `", printable(path), "`"));
  return std::string(text, static_cast<std::size_t>(size));
}

Result<Fd> open_regular_beneath(int dir, const std::string& path) {
  TRY_ASSIGN(Fd found, open_beneath(dir, path, O_PATH | O_NOFOLLOW));
  struct stat st;
  if (::fstat(found.get(), &st) < 0) return fail(errno, cat("stat `", printable(path), "`"));
  if (!S_ISREG(st.st_mode))
    return fail_with(EINVAL, cat("`", printable(path), "` is not a regular file"));
  auto file = open_file(proc_path(found.get()), O_RDONLY);
  if (!file) return fail(file.error().code, cat("open `", printable(path), "`"));
  return file;
}

std::string proc_path(int fd) { return cat("/proc/self/fd/", fd); }

}  // namespace cfs::sys
