// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include "base/fd.h"

namespace cfs::mount {

// A mount namespace of our own. Kernels before 6.15 take layers and submounts only from mounts that
// are attached somewhere; here they can be, without anybody else seeing them, and all of it
// vanishes with the process, however it ends. Descriptors opened before belong to the namespace
// outside: what is to become a layer has to be opened inside.
class PrivateNamespace {
 public:
  // Only the calling thread goes there.
  static Result<PrivateNamespace> enter();

  PrivateNamespace(PrivateNamespace&&) = default;
  PrivateNamespace& operator=(PrivateNamespace&&) = default;
  ~PrivateNamespace();

  // Back to the namespace, root and working directory of before. Detached mounts survive.
  Result<> leave();

 private:
  PrivateNamespace() = default;

  Fd namespace_, root_, directory_;  // of before; empty after leave()
};

}  // namespace cfs::mount
