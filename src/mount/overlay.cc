// SPDX-License-Identifier: LGPL-2.1-or-later

#include "mount/overlay.h"

#include "base/text.h"
#include "sys/mounts.h"
#include "sys/resolve.h"

namespace cfs::mount {

using sys::FsContext;
using sys::proc_path;

namespace {

Result<> set_layer(FsContext& context, const char* key, int layer, LayersBy by) {
  return by == LayersBy::kDescriptor ? context.set(key, layer) : context.set(key, proc_path(layer));
}

Result<> set_upper(FsContext& context, const Upper& upper, LayersBy by) {
  TRY(set_layer(context, "upperdir", upper.upper, by));
  return set_layer(context, "workdir", upper.work, by);
}

}  // namespace

Result<Fd> mount_root(const std::string& source, int image, int objects, Objects kind, LayersBy by,
                      const Upper* upper) {
  TRY_ASSIGN(auto context, FsContext::open("overlay"));
  TRY(context.set("source", source));
  TRY(context.set("metacopy", "on"));
  TRY(context.set("redirect_dir", "on"));
  if (kind == Objects::kVerified) TRY(context.set("verity", "require"));
  if (by == LayersBy::kDescriptor) {
    TRY(context.set("lowerdir+", image));
    TRY(context.set("datadir+", objects));
  } else {
    // "::" makes a data-only layer; unlike "datadir+" every kernel with such layers reads it.
    const char* separator = kind == Objects::kPlain ? ":" : "::";
    TRY(context.set("lowerdir", cat(proc_path(image), separator, proc_path(objects))));
  }
  if (upper) {
    TRY(set_upper(context, *upper, by));
    return context.mount(0);
  }
  TRY(context.set_flag("ro"));
  return context.mount(MOUNT_ATTR_RDONLY);
}

Result<Fd> mount_state(const std::string& source, int lower, const Upper& upper, LayersBy by) {
  TRY_ASSIGN(auto context, FsContext::open("overlay"));
  TRY(context.set("source", source));
  // The defaults of some kernels would follow redirects and metacopies found in `upper`.
  // redirect_dir=off still follows them where the kernel has redirect_always_follow, as Debian's.
  TRY(context.set("redirect_dir", "nofollow"));
  for (const char* key : {"metacopy", "index", "xino"}) TRY(context.set(key, "off"));
  TRY(set_layer(context, by == LayersBy::kDescriptor ? "lowerdir+" : "lowerdir", lower, by));
  TRY(set_upper(context, upper, by));
  return context.mount(MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
}

Result<Fd> mount_tmpfs(const std::string& source, const std::string& size) {
  TRY_ASSIGN(auto context, FsContext::open("tmpfs"));
  TRY(context.set("source", source));
  TRY(context.set("mode", "0755"));
  if (!size.empty()) TRY(context.set("size", size));
  return context.mount(MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
}

}  // namespace cfs::mount
