// SPDX-License-Identifier: LGPL-2.1-or-later

#include "mount/composefs.h"

#include <stdlib.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.h"
#include "fsverity/kernel.h"
#include "mount/image.h"
#include "sys/mounts.h"
#include "sys/resolve.h"

namespace cfs::mount {

using sys::FsContext;

namespace {

Result<> verify(int image, const std::string& digest) {
  auto wanted = Digest::parse(digest);
  TRY_ASSIGN(auto found, fsverity::measure(image));
  if (!found) return fail_with(ENOTTY, "the image has no fs-verity");
  if (found != wanted) return fail_with(EILSEQ, cat("the image's digest is ", found->hex()));
  return {};
}

struct Layers {
  std::vector<Fd> objects;
  Fd upper, work;
};

// Paths come from command lines, messages go to terminals.
Result<Fd> open_named(const std::string& path, int flags) {
  auto fd = open_file(path, flags);
  if (!fd) return fail(fd.error().code, cat("open `", printable(path), "`"));
  return fd;
}

Result<Fd> open_directory(const std::string& path) {
  return open_named(path, O_RDONLY | O_DIRECTORY);
}

Result<Layers> open_layers(const ComposefsOptions& options) {
  Layers layers;
  for (const std::string& path : options.objects) {
    TRY_ASSIGN(Fd fd, open_directory(path));
    layers.objects.push_back(std::move(fd));
  }
  if (options.upper.empty()) return layers;
  TRY_ASSIGN(layers.upper, open_directory(options.upper));
  TRY_ASSIGN(layers.work, open_directory(options.work));
  return layers;
}

// The first object directory whose file system cannot have fs-verity. A directory itself never has
// it: that is ENODATA where its files can, ENOTTY or EOPNOTSUPP where they cannot.
std::optional<std::string> without_verity(const ComposefsOptions& options, const Layers& layers) {
  for (std::size_t i = 0; i < layers.objects.size(); ++i) {
    int why = 0;
    auto measured = fsverity::measure(layers.objects[i].get(), &why);
    if (!measured || why != ENODATA)
      return cat("the file system of `", printable(options.objects[i]), "` has no fs-verity");
  }
  return {};
}

// The image's EROFS in a place where kernels before 6.15 find it: they take no layer from a mount
// that is attached nowhere. The overlay holds on to it when it leaves that place again.
class Attached {
 public:
  Attached(int mount, const std::string& directory) : mount_(mount), directory_(directory) {}
  Attached(const Attached&) = delete;
  ~Attached() {
    if (attached_) (void)sys::detach(mount_);
    if (!temporary_.empty()) ::rmdir(temporary_.c_str());
  }
  Result<> attach() {
    std::string place = directory_;
    if (place.empty()) {
      char path[] = P_tmpdir "/.composefs.XXXXXX";
      if (!::mkdtemp(path)) return fail(errno, cat("create ", path));
      place = temporary_ = path;
    }
    TRY(attach_at(mount_, place));
    attached_ = true;
    return {};
  }

 private:
  int mount_;
  const std::string& directory_;
  std::string temporary_;
  bool attached_ = false;
};

Result<FsContext> start_overlay(const char* verity) {
  TRY_ASSIGN(auto context, FsContext::open("overlay"));
  TRY(context.set("source", "composefs"));
  TRY(context.set("metacopy", "on"));
  TRY(context.set("redirect_dir", "on"));
  if (verity) TRY(context.set("verity", verity));
  return context;
}

Result<> set_writable(FsContext& context, const Layers& layers, bool by_path) {
  for (auto [key, layer] :
       {std::pair("upperdir", layers.upper.get()), std::pair("workdir", layers.work.get())}) {
    if (layer < 0) continue;
    TRY(by_path ? context.set(key, sys::proc_path(layer)) : context.set(key, layer));
  }
  return {};
}

Result<Fd> overlay_by_path(int image, const Layers& layers, const char* verity,
                           const ComposefsOptions& options) {
  Attached attached(image, options.image_directory);
  TRY(attached.attach());
  // "::" makes data-only layers (Linux 6.5).
  std::string lower = sys::proc_path(image);
  for (const Fd& objects : layers.objects) lower += cat("::", sys::proc_path(objects.get()));
  TRY_ASSIGN(auto context, start_overlay(verity));
  TRY(context.set("lowerdir", lower));
  TRY(set_writable(context, layers, true));
  return context.mount(options.attributes);
}

Result<Fd> overlay_by_descriptor(int image, const Layers& layers, const char* verity,
                                 const ComposefsOptions& options) {
  TRY_ASSIGN(auto context, start_overlay(verity));
  TRY(context.set("lowerdir+", image));
  for (const Fd& objects : layers.objects) TRY(context.set("datadir+", objects.get()));
  TRY(set_writable(context, layers, false));
  return context.mount(options.attributes);
}

// Kernels before 6.13 take no descriptors and say EBADF; the next two take none of a detached mount
// and say EINVAL, at the end.
Result<Fd> overlay(int image, const Layers& layers, const char* verity,
                   const ComposefsOptions& options) {
  auto mount = overlay_by_descriptor(image, layers, verity, options);
  bool refused = !mount && (mount.error().code == EBADF || mount.error().code == EINVAL);
  if (!refused) return mount;
  return overlay_by_path(image, layers, verity, options);
}

bool overlay_knows_verity() { return start_overlay("on").has_value(); }

// What overlayfs is told, if anything; `unchecked` receives why not.
Result<const char*> verity_mode(const ComposefsOptions& options, const Layers& layers,
                                std::string& unchecked) {
  if (options.verity == Verity::kOff) return nullptr;
  auto why = without_verity(options, layers);
  if (!why && !overlay_knows_verity()) why = "this kernel's overlayfs cannot check them";
  if (why && options.verity == Verity::kRequire)
    return fail_with(EOPNOTSUPP, cat("contents cannot be checked: ", *why));
  if (why) {
    unchecked = *why;
    return nullptr;
  }
  return options.verity == Verity::kRequire ? "require" : "on";
}

}  // namespace

Result<> check_options(const ComposefsOptions& options) {
  if (options.objects.empty()) return fail_with(EINVAL, "no object directory");
  if (options.upper.empty() != options.work.empty())
    return fail_with(EINVAL, "upper and work directory are needed together");
  if (options.digest && !Digest::parse(*options.digest))
    return fail_with(EINVAL, cat("a digest has 64 or 128 hex digits, `", printable(*options.digest),
                                 "` has ", options.digest->size(), " characters"));
  return {};
}

Result<MountedComposefs> mount_composefs(int fd, std::string_view name,
                                         const ComposefsOptions& options) {
  TRY(check_options(options));
  if (options.digest) TRY(verify(fd, *options.digest));
  TRY_ASSIGN(auto header, read_header(fd));
  TRY_ASSIGN(Layers layers, open_layers(options));
  MountedComposefs mounted;
  TRY_ASSIGN(const char* verity, verity_mode(options, layers, mounted.unchecked));
  TRY_ASSIGN(MountedImage image, mount_image(fd, header, Backing::kFile, name));
  if (options.user_namespace) TRY(sys::map_owners(image.mount.get(), *options.user_namespace));
  TRY_ASSIGN(mounted.mount, overlay(image.mount.get(), layers, verity, options));
  return mounted;
}

Result<> attach_at(int mount, const std::string& target) {
  TRY_ASSIGN(Fd at, open_named(target, O_PATH));
  if (auto attached = sys::attach(mount, at.get()); !attached)
    return in_context(printable(target), attached.error());
  return {};
}

}  // namespace cfs::mount
