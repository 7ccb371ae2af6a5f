// SPDX-License-Identifier: LGPL-2.1-or-later

#include <sys/mount.h>

#include "base/fd.h"
#include "capi/boundary.h"
#include "capi/libcomposefs/lcfs-mount.h"
#include "mount/composefs.h"

namespace cfs::capi {

namespace {

Result<mount::ComposefsOptions> translate(const lcfs_mount_options_s& given) {
  auto refused = [](const char* what) { return fail_with(EINVAL, what); };
  constexpr u32 kKnownFlags = LCFS_MOUNT_FLAGS_MASK;
  if (given.flags & ~kKnownFlags) return refused("unknown flags");
  bool idmap = given.flags & LCFS_MOUNT_FLAGS_IDMAP;
  if (idmap && given.idmap_fd < 0) return refused("no user namespace");
  mount::ComposefsOptions options;
  for (std::size_t i = 0; i < given.n_objdirs; ++i) options.objects.emplace_back(given.objdirs[i]);
  if (given.upperdir) options.upper = given.upperdir;
  if (given.workdir) options.work = given.workdir;
  if (given.expected_fsverity_digest) options.digest = given.expected_fsverity_digest;
  if (given.flags & LCFS_MOUNT_FLAGS_REQUIRE_VERITY)
    options.verity = mount::Verity::kRequire;
  else if (given.flags & LCFS_MOUNT_FLAGS_TRY_VERITY)
    options.verity = mount::Verity::kIfPossible;
  if (given.flags & LCFS_MOUNT_FLAGS_READONLY) options.attributes = MOUNT_ATTR_RDONLY;
  if (idmap) options.user_namespace = given.idmap_fd;
  if (given.image_mountdir) options.image_directory = given.image_mountdir;
  TRY(mount::check_options(options));
  return options;
}

Result<> mount_fd(int fd, const char* name, const char* mountpoint,
                  const lcfs_mount_options_s& given) {
  TRY_ASSIGN(auto options, translate(given));
  TRY_ASSIGN(auto mounted, mount::mount_composefs(fd, name, options));
  return mount::attach_at(mounted.mount.get(), mountpoint);
}

Result<> mount_path(const char* path, const char* mountpoint, const lcfs_mount_options_s& given) {
  TRY(translate(given));
  TRY_ASSIGN(Fd image, open_file(path, O_RDONLY));
  return mount_fd(image.get(), path, mountpoint, given);
}

}  // namespace

}  // namespace cfs::capi

using namespace cfs::capi;

int lcfs_mount_image(const char* path, const char* mountpoint, lcfs_mount_options_s* options) {
  return guarded(-1, [&] { return answer(mount_path(path, mountpoint, *options)); });
}

int lcfs_mount_fd(int fd, const char* mountpoint, lcfs_mount_options_s* options) {
  return guarded(-1, [&] { return answer(mount_fd(fd, "", mountpoint, *options)); });
}
