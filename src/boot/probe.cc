// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/probe.h"

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

#include <cerrno>

#include "base/text.h"
#include "boot/verify.h"
#include "sys/resolve.h"

namespace cfs::boot {

namespace {

tl::unexpected<Refusal> failed(std::string text) {
  return refuse(Reason::kProbeFailed, std::move(text));
}

// False when there is no such file.
Outcome<bool> read_probe(int root, const std::string& path, bool program) {
  auto file = open_in_root(root, path, O_PATH);
  struct stat st;
  if (!file && file.error().code == ENOENT) return false;
  if (!file) return failed(cat("probe of ", file.error().text));
  if (::fstat(file->get(), &st) < 0 || !S_ISREG(st.st_mode))
    return failed(cat("probe of `", printable(path), "`: not a regular file"));
  if (program && (st.st_mode & 0111) == 0)
    return failed(cat("probe of `", printable(path), "`: not executable"));
  // ENOENT here is a file whose object is missing from the store.
  auto content = open_file(sys::proc_path(file->get()), O_RDONLY);
  if (!content)
    return failed(cat("probe of `", printable(path), "`: ", Error::describe(content.error().code),
                      " from its object"));
  if (auto read = read_through(content->get()); !read)
    return failed(cat("probe of `", printable(path), "`: unreadable ", read.error().text));
  return true;
}

}  // namespace

Outcome<> probe_root(int root, const std::string& init, bool writable) {
  struct statfs fs;
  if (::fstatfs(root, &fs) < 0) return failed(cat("probe: ", Error::describe(errno)));
  if (static_cast<u64>(fs.f_type) != OVERLAYFS_SUPER_MAGIC) return failed("probe: no overlay");
  if (!(fs.f_flags & ST_RDONLY) != writable)
    return failed(writable ? "probe: the root is read-only" : "probe: the root is writable");

  TRY_ASSIGN(bool found, read_probe(root, init.empty() ? "/sbin/init" : init, true));
  if (found) return {};
  if (!init.empty()) return failed(cat("probe: the root has no `", printable(init), "`"));
  TRY_ASSIGN(found, read_probe(root, "/usr/lib/os-release", false));
  if (found) return {};
  return failed("probe: the image has neither /sbin/init nor /usr/lib/os-release");
}

}  // namespace cfs::boot
