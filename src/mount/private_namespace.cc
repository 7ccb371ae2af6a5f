// SPDX-License-Identifier: LGPL-2.1-or-later

#include "mount/private_namespace.h"

#include <sched.h>
#include <unistd.h>

#include <cerrno>

#include "sys/mounts.h"

namespace cfs::mount {

Result<PrivateNamespace> PrivateNamespace::enter() {
  PrivateNamespace before;
  TRY_ASSIGN(Fd outside, open_file("/proc/self/ns/mnt", O_RDONLY));
  TRY_ASSIGN(before.root_, open_file("/", O_PATH | O_DIRECTORY));
  TRY_ASSIGN(before.directory_, open_file(".", O_PATH | O_DIRECTORY));
  if (::unshare(CLONE_NEWNS) < 0) return fail(errno, "enter a private mount namespace");
  before.namespace_ = std::move(outside);
  TRY(sys::make_all_private());
  return before;
}

Result<> PrivateNamespace::leave() {
  if (!namespace_) return {};
  Fd outside = std::move(namespace_);
  if (::setns(outside.get(), CLONE_NEWNS) < 0)
    return fail(errno, "leave the private mount namespace");
  // setns goes to the namespace's own root, which is not ours if we were in a chroot.
  if (::fchdir(root_.get()) < 0 || ::chroot(".") < 0 || ::fchdir(directory_.get()) < 0)
    return fail(errno, "return to the root directory");
  return {};
}

PrivateNamespace::~PrivateNamespace() { (void)leave(); }

}  // namespace cfs::mount
