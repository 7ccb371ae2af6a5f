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

// Whether state beside this repository is what a boot looks for: EINVAL when it is not called
// composefs, EPERM when this program is not root's, whose it must be.
Result<> check_state(const Repository& repository);

// Makes what of this is missing, with mode 0755; nothing that is there is touched. `os` is one
// component of a path. EEXIST when the image has the /var of another OS. Durable on return.
// check_state() comes first.
Result<> make_state(const Repository& repository, const Digest& image, const std::string& os);

}  // namespace cfs::store
