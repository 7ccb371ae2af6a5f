// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sys/mounts.h"

#include <sched.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.h"
#include "sys/resolve.h"

namespace cfs::sys {

namespace {

// What the kernel says about a failure: lines "e overlay: No such thing", oldest first, one a read.
std::string context_log(int fd) {
  std::string out;
  char line[512];
  for (ssize_t n; (n = ::read(fd, line, sizeof line)) > 0;) {
    std::string_view text(line, static_cast<std::size_t>(n));
    while (text.ends_with('\n')) text.remove_suffix(1);
    if (text.size() > 2 && (text[0] == 'e' || text[0] == 'w')) out += cat("; ", text.substr(2));
  }
  return out;
}

}  // namespace

Result<FsContext> FsContext::open(const char* type) {
  Fd fd(::fsopen(type, FSOPEN_CLOEXEC));
  if (!fd) return fail(errno, cat("file system type ", type));
  return FsContext(type, std::move(fd));
}

Result<> FsContext::configure(unsigned command, const char* key, const void* value, int aux,
                              const std::string& what) {
  if (::fsconfig(fd_.get(), command, key, value, aux) == 0) return {};
  int code = errno;
  return fail_with(code, cat(type_, what, ": ", Error::describe(code), context_log(fd_.get())));
}

Result<> FsContext::set(const char* key, const std::string& value) {
  return configure(FSCONFIG_SET_STRING, key, value.c_str(), 0, cat(" ", key, "=", value));
}

Result<> FsContext::set(const char* key, int fd) {
  return configure(FSCONFIG_SET_FD, key, nullptr, fd, cat(" ", key));
}

Result<> FsContext::set_flag(const char* key) {
  return configure(FSCONFIG_SET_FLAG, key, nullptr, 0, cat(" ", key));
}

Result<Fd> FsContext::mount(unsigned attributes) {
  TRY(configure(FSCONFIG_CMD_CREATE, nullptr, nullptr, 0, ""));
  Fd mount(::fsmount(fd_.get(), FSMOUNT_CLOEXEC, attributes));
  if (!mount) return fail(errno, cat("mount ", type_));
  return mount;
}

Result<Fd> clone_mount(int dir, bool recursive) {
  unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH;
  if (recursive) flags |= AT_RECURSIVE;
  Fd mount(::open_tree(dir, "", flags));
  if (!mount) return fail(errno, "clone a mount");
  return mount;
}

namespace {

Result<> change_attributes(int mount, mount_attr change) {
  if (::mount_setattr(mount, "", AT_EMPTY_PATH, &change, sizeof change) < 0)
    return fail(errno, "change a mount's attributes");
  return {};
}

}  // namespace

Result<> add_attributes(int mount, u64 attributes) {
  mount_attr change{};
  change.attr_set = attributes;
  return change_attributes(mount, change);
}

Result<> remove_attributes(int mount, u64 attributes) {
  mount_attr change{};
  change.attr_clr = attributes;
  return change_attributes(mount, change);
}

Result<> map_owners(int mount, int user_namespace) {
  mount_attr change{};
  change.attr_set = MOUNT_ATTR_IDMAP;
  change.userns_fd = static_cast<u64>(user_namespace);
  return change_attributes(mount, change);
}

Result<> enter_mount_namespace(const std::string& path) {
  TRY_ASSIGN(Fd ns, open_file(path, O_RDONLY));
  if (::setns(ns.get(), CLONE_NEWNS) < 0)
    return fail(errno, cat("go to the mount namespace ", printable(path)));
  return {};
}

Result<> make_all_private() {
  mount_attr change{};
  change.propagation = MS_PRIVATE;
  if (::mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &change, sizeof change) < 0)
    return fail(errno, "make the mounts private");
  return {};
}

Result<> attach(int mount, int at) {
  if (::move_mount(mount, "", at, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
    return fail(errno, "attach a mount");
  return {};
}

Result<> detach(int mount) {
  if (::umount2(proc_path(mount).c_str(), MNT_DETACH) < 0) return fail(errno, "detach a mount");
  return {};
}

}  // namespace cfs::sys
