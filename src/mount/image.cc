// SPDX-License-Identifier: LGPL-2.1-or-later

#include "mount/image.h"

#include <cerrno>

#include "base/text.h"
#include "sys/loop.h"
#include "sys/mounts.h"
#include "sys/resolve.h"

namespace cfs::mount {

Result<format::ComposefsHeader> read_header(int image) {
  format::ComposefsHeader header;
  MutableBytes bytes(reinterpret_cast<std::byte*>(&header), sizeof header);
  TRY_ASSIGN(std::size_t size, pread_full(image, bytes, 0));
  if (size < sizeof header || header.magic != format::kComposefsMagic)
    return fail_with(EINVAL, "not a composefs image");
  return header;
}

namespace {

Result<Fd> mount_erofs(const std::string& source, bool acl) {
  TRY_ASSIGN(auto context, sys::FsContext::open("erofs"));
  TRY(context.set("source", source));
  TRY(context.set_flag("ro"));
  // Without ACLs in the image their look-ups would only cost time.
  if (!acl) TRY(context.set_flag("noacl"));
  return context.mount(MOUNT_ATTR_RDONLY);
}

}  // namespace

Result<MountedImage> mount_image(int image, const format::ComposefsHeader& header, Backing backing,
                                 std::string_view name) {
  bool acl = header.flags & format::kComposefsFlagHasAcl;
  if (backing == Backing::kFile) {
    auto mount = mount_erofs(sys::proc_path(image), acl);
    if (mount) return MountedImage{std::move(*mount), Backing::kFile};
    if (mount.error().code != ENOTBLK) return tl::make_unexpected(std::move(mount).error());
  }
  auto loop = sys::attach_loop(image, name);
  if (!loop) return in_context("loop device for the image", std::move(loop).error());
  TRY_ASSIGN(Fd mount, mount_erofs(loop->path, acl));
  return MountedImage{std::move(mount), Backing::kLoop};
}

}  // namespace cfs::mount
