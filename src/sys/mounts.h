// SPDX-License-Identifier: LGPL-2.1-or-later

// The kernel's mount calls (fsopen and friends, Linux 5.2; mount_setattr, 5.12). A mount is a
// descriptor until it is attached: closing it unmounts it.

#pragma once

#include <sys/mount.h>

#include <string>

#include "base/fd.h"

namespace cfs::sys {

// A file system being configured. Errors carry what the kernel wrote into the context's own log.
class FsContext {
 public:
  // ENODEV when the kernel does not know the type and no module can be loaded for it.
  static Result<FsContext> open(const char* type);

  Result<> set(const char* key, const std::string& value);
  Result<> set(const char* key, int fd);
  Result<> set_flag(const char* key);
  // Creates the file system and returns a detached mount of it. `attributes` are MOUNT_ATTR_….
  Result<Fd> mount(unsigned attributes);

 private:
  FsContext(const char* type, Fd fd) : type_(type), fd_(std::move(fd)) {}
  Result<> configure(unsigned command, const char* key, const void* value, int aux,
                     const std::string& what);

  const char* type_;
  Fd fd_;
};

// A detached copy of the mount that `dir` lies on, with `dir` as its root; `recursive` takes the
// mounts below along.
Result<Fd> clone_mount(int dir, bool recursive = false);

// Changes MOUNT_ATTR_… of one mount, `mount` being its root.
Result<> add_attributes(int mount, u64 attributes);
Result<> remove_attributes(int mount, u64 attributes);

// Shows owners as the user namespace maps them. `mount` is detached and new (Linux 5.12).
Result<> map_owners(int mount, int user_namespace);

// Goes to the mount namespace that the file `path` (/proc/PID/ns/mnt) stands for: root and working
// directory are its root then. The process must have no other threads.
Result<> enter_mount_namespace(const std::string& path);

// Makes every mount of this namespace private: what happens here is seen nowhere else.
Result<> make_all_private();

// Attaches a detached mount over the directory `at`.
Result<> attach(int mount, int at);

// Takes an attached mount out of its namespace again; users keep it alive.
Result<> detach(int mount);

}  // namespace cfs::sys
