// SPDX-License-Identifier: LGPL-2.1-or-later

// A composefs mount as mount.composefs and the C library make it: any number of object directories,
// a writable layer on request, digests checked as far as the caller asks. The boot helper's
// stricter mount is in overlay.h.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"

namespace cfs::mount {

// Whether overlayfs compares an object's fs-verity digest with the image's when a file is opened.
enum class Verity {
  kOff,
  kIfPossible,  // where the image names a digest, and kernel and object directories have fs-verity
  kRequire,     // always; a file without a digest cannot be opened
};

struct ComposefsOptions {
  std::vector<std::string> objects;   // at least one, searched in this order
  std::string upper, work;            // both or neither
  std::optional<std::string> digest;  // the image's, 64 or 128 hex digits
  Verity verity = Verity::kOff;
  u32 attributes = 0;                 // MOUNT_ATTR_…
  std::optional<int> user_namespace;  // whose mapping of owners applies
  std::string image_directory;        // where the EROFS may be attached meanwhile; empty: temporary
};

// EINVAL when the options contradict each other or name a digest that is none.
Result<> check_options(const ComposefsOptions& options);

struct MountedComposefs {
  Fd mount;               // detached
  std::string unchecked;  // why digests are not checked although kIfPossible asked for it
};

// Verifies the image `fd`, mounts that very descriptor, and the overlay above it. ENOTTY: a digest
// is asked for and the image has no fs-verity; EILSEQ: it has another digest; EOPNOTSUPP: digests
// are required and cannot be checked; EINVAL: options, or not a composefs image. `name` is shown
// for a loop device, where one is needed. Needs CAP_SYS_ADMIN and /proc.
Result<MountedComposefs> mount_composefs(int fd, std::string_view name,
                                         const ComposefsOptions& options);

// Attaches it over the file or directory `target`.
Result<> attach_at(int mount, const std::string& target);

}  // namespace cfs::mount
