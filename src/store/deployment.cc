// SPDX-License-Identifier: LGPL-2.1-or-later

#include "store/deployment.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/directory.h"
#include "base/fd.h"
#include "base/text.h"

namespace cfs::store {

namespace {

Result<Fd> open_root(const Repository& repository) {
  return open_at(repository.fd(), "..", O_RDONLY | O_DIRECTORY);
}

// `path`, below `root` and not through a link, with all that leads to it.
Result<Fd> make_directories(int root, std::string_view path) {
  Fd dir;
  int at = root;
  for (std::size_t begin = 0, end = 0; end != path.npos; begin = end + 1) {
    end = path.find('/', begin);
    const std::string name(path.substr(begin, end - begin));
    const bool made = ::mkdirat(at, name.c_str(), 0755) == 0;
    if (!made && errno != EEXIST) return fail(errno, cat("create `", path.substr(0, end), "`"));
    auto next = open_beneath(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    if (!next) return in_context(path.substr(0, end), std::move(next).error());
    // Whatever the umask is.
    if (made && (::fchmod(next->get(), 0755) < 0 || ::fsync(at) < 0))
      return fail(errno, cat("create `", path.substr(0, end), "`"));
    dir = std::move(*next);
    at = dir.get();
  }
  return dir;
}

}  // namespace

Result<> check_state(const Repository& repository) {
  TRY_ASSIGN(Fd root, open_root(repository));
  struct stat named, own;
  if (::fstatat(root.get(), "composefs", &named, AT_SYMLINK_NOFOLLOW) < 0 ||
      ::fstat(repository.fd(), &own) < 0 || named.st_dev != own.st_dev ||
      named.st_ino != own.st_ino)
    return fail_with(EINVAL, cat(repository.path(),
                                 ": is not called `composefs`, so no boot looks for state beside "
                                 "it; leave out --state"));
  if (::geteuid() != 0)
    return fail_with(EPERM, "state must belong to root; run as root, or leave out --state");
  return {};
}

Result<> make_state(const Repository& repository, const Digest& image, const std::string& os) {
  TRY_ASSIGN(Fd root, open_root(repository));
  const std::string own = cat("state/deploy/", image.hex());
  TRY(make_directories(root.get(), cat("state/os/", os, "/var")));
  TRY(make_directories(root.get(), cat(own, "/etc/upper")));
  TRY(make_directories(root.get(), cat(own, "/etc/work")));
  TRY_ASSIGN(Fd dir, make_directories(root.get(), own));
  const std::string var = cat("../../os/", os, "/var");
  if (::symlinkat(var.c_str(), dir.get(), "var") < 0 && errno != EEXIST)
    return fail(errno, cat("create `", own, "/var`"));
  auto there = read_link(dir.get(), "var");  // a directory of its own is as good
  if (there && *there != var)
    return fail_with(EEXIST, cat("`", own, "/var` leads to `", printable(*there),
                                 "`; remove it if that shall change"));
  if (::fsync(dir.get()) < 0) return fail(errno, cat("sync `", own, "`"));
  return {};
}

}  // namespace cfs::store
