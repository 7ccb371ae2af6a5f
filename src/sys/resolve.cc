// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sys/resolve.h"

#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>

#include "base/text.h"

namespace cfs::sys {

namespace {

Result<Fd> open_resolved(int dir, const std::string& path, int flags, u64 resolve) {
  open_how how{};
  how.flags = static_cast<u64>(flags | O_CLOEXEC);
  how.resolve = resolve;
  // EAGAIN means that a rename or a mount happened elsewhere meanwhile: safe to ask again.
  for (int tries = 0; tries < 64; ++tries) {
    long fd = ::syscall(SYS_openat2, dir, path.c_str(), &how, sizeof how);
    if (fd >= 0) return Fd(static_cast<int>(fd));
    if (errno != EAGAIN && errno != EINTR) break;
  }
  return fail(errno, cat("open `", printable(path), "`"));
}

}  // namespace

Result<Fd> open_beneath(int dir, const std::string& path, int flags) {
  return open_resolved(
      dir, path, flags,
      RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV);
}

Result<Fd> open_in_root(int root, const std::string& path, int flags) {
  return open_resolved(root, path, flags, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
}

Result<std::string> read_link_beneath(int dir, const std::string& path) {
  std::size_t slash = path.rfind('/');
  std::string parent = slash == std::string::npos ? "." : path.substr(0, slash);
  std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  TRY_ASSIGN(Fd at, open_beneath(dir, parent, O_PATH | O_DIRECTORY));
  char text[PATH_MAX];
  ssize_t size = ::readlinkat(at.get(), name.c_str(), text, sizeof text);
  if (size < 0) return fail(errno, cat("read link `", printable(path), "`"));
  return std::string(text, static_cast<std::size_t>(size));
}

std::string proc_path(int fd) { return cat("/proc/self/fd/", fd); }

}  // namespace cfs::sys
