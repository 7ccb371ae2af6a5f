// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/upper.h"

#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>

#include "sys/mounts.h"
#include "sys/resolve.h"

namespace cfs::boot {

namespace {

constexpr char kLabel[] = "security.selinux";

}

bool has_label(int directory) {
  return ::getxattr(sys::proc_path(directory).c_str(), kLabel, nullptr, 0) >= 0 || errno != ENODATA;
}

Result<> copy_label(int from, int to) {
  char label[4096];  // the kernel's own limit is a page
  ssize_t size = ::getxattr(sys::proc_path(from).c_str(), kLabel, label, sizeof label);
  if (size < 0 && (errno == ENODATA || errno == EOPNOTSUPP)) return {};
  if (size < 0 ||
      ::setxattr(sys::proc_path(to).c_str(), kLabel, label, static_cast<std::size_t>(size), 0) < 0)
    return fail(errno, "copy the SELinux label of a directory");
  return {};
}

Result<TransientUpper> make_transient_upper(const std::string& source, const std::string& size,
                                            int lower, int shelf) {
  constexpr int kDirectory = O_PATH | O_DIRECTORY | O_NOFOLLOW;
  TransientUpper made;
  TRY_ASSIGN(made.tmpfs, mount::mount_tmpfs(source, size));
  if (shelf >= 0) TRY(sys::attach(made.tmpfs.get(), shelf));
  int tmpfs = made.tmpfs.get();
  if (::mkdirat(tmpfs, "upper", 0700) < 0 || ::mkdirat(tmpfs, "work", 0700) < 0)
    return fail(errno, "create the directories of a transient layer");
  TRY_ASSIGN(made.upper, open_beneath(tmpfs, "upper", kDirectory));
  TRY_ASSIGN(made.work, open_beneath(tmpfs, "work", kDirectory));

  struct stat st;
  if (::fstat(lower, &st) < 0 ||
      ::fchownat(made.upper.get(), "", st.st_uid, st.st_gid, AT_EMPTY_PATH) < 0 ||
      ::chmod(sys::proc_path(made.upper.get()).c_str(), st.st_mode & 07777) < 0)
    return fail(errno, "mode and owner of a transient layer");
  TRY(copy_label(lower, made.upper.get()));
  const timespec times[] = {st.st_atim, st.st_mtim};
  if (::utimensat(AT_FDCWD, sys::proc_path(made.upper.get()).c_str(), times, 0) < 0)
    return fail(errno, "times of a transient layer");
  return made;
}

}  // namespace cfs::boot
