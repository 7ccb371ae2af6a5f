// SPDX-License-Identifier: LGPL-2.1-or-later

// What an image keeps on the disk beside its repository, in composefs-rs' layout:
//
//   composefs/                   the repository
//   state/deploy/HEX/etc/upper   changes to /etc; work/ beside it is overlayfs'
//   state/deploy/HEX/var         → ../../os/OS/var, which several images share
//
// composefs-setup-root mounts it, and does without what is not there.

#pragma once

#include <string>

#include "base/result.h"
#include "store/repository.h"

namespace cfs::store {

// Makes what of this is missing, root's with mode 0755; nothing that is there is touched. `os` is
// one component of a path. Durable on return. EINVAL when the repository is not called composefs,
// as a boot wants it.
Result<> make_state(const Repository& repository, const Digest& image, const std::string& os);

}  // namespace cfs::store
