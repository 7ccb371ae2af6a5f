// SPDX-License-Identifier: LGPL-2.1-or-later

#include "init/switch_root.h"

#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <cerrno>

#include "base/directory.h"
#include "base/fd.h"
#include "base/text.h"
#include "sys/mounts.h"

namespace cfs::init {

namespace {

constexpr int kDirectory = O_PATH | O_DIRECTORY;

Result<> move_into(const char* name, int root) {
  std::string path = cat("/", name);
  TRY_ASSIGN(Fd mount, open_file(path, kDirectory));
  auto target = open_in_root(root, name, kDirectory);
  if (target) return sys::attach(mount.get(), target->get());
  if (::umount2(path.c_str(), MNT_DETACH) < 0) return fail(errno, cat("unmount ", path));
  return {};
}

// Everything below `dir` that is on this very file system, which is memory. What cannot be removed
// costs that and nothing else.
void remove_all_in(int dir, dev_t device) {
  auto entries = list_directory(dir);
  if (!entries) return;
  for (const auto& [name, type] : *entries) {
    struct stat st;
    if (::fstatat(dir, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) < 0 || st.st_dev != device) continue;
    if (S_ISDIR(st.st_mode))
      if (auto below = open_at(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW))
        remove_all_in(below->get(), device);
    (void)::unlinkat(dir, name.c_str(), S_ISDIR(st.st_mode) ? AT_REMOVEDIR : 0);
  }
}

void remove_initramfs(int old) {
  struct statfs fs;
  struct stat st;
  if (::fstatfs(old, &fs) < 0 || ::fstat(old, &st) < 0) return;
  // On a disk this would be a disaster.
  if (fs.f_type == RAMFS_MAGIC || fs.f_type == TMPFS_MAGIC) remove_all_in(old, st.st_dev);
}

}  // namespace

Result<> switch_root(const std::string& root) {
  TRY_ASSIGN(Fd old, open_file("/", O_RDONLY | O_DIRECTORY));
  TRY_ASSIGN(Fd next, open_file(root, kDirectory));
  for (const char* name : {"dev", "proc", "run", "sys"}) TRY(move_into(name, next.get()));
  if (::fchdir(next.get()) < 0 || ::mount(".", "/", nullptr, MS_MOVE, nullptr) < 0 ||
      ::chroot(".") < 0)
    return fail(errno, cat("switch to ", root));

  // From here on "/" is the new root, and relative names are of the initramfs.
  if (::fchdir(old.get()) < 0) return fail(errno, "return to the initramfs");
  while (::umount2(root.c_str() + 1, MNT_DETACH) == 0) continue;
  if (::chdir("/") < 0) return fail(errno, "chdir /");
  remove_initramfs(old.get());
  return {};
}

}  // namespace cfs::init
