// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/state.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/directory.h"
#include "base/text.h"
#include "boot/origin.h"
#include "boot/report.h"
#include "boot/upper.h"
#include "kernel-cmdline/digests.h"
#include "sys/mount_info.h"
#include "sys/mounts.h"
#include "sys/resolve.h"

namespace cfs::boot {

namespace {

// Several deployments may share one /var: state/deploy/HEX/var is then a link of exactly the shape
// ../../os/NAME/var, which is read as text and opened under the same rules as every other path.
Outcome<std::string> resolve_var(int sysroot, std::string path) {
  constexpr std::string_view kFront = "../../os/", kBack = "/var";
  auto link = sys::read_link_beneath(sysroot, path);
  if (!link) return path;
  std::string_view name = *link;
  if (name.size() > kFront.size() + kBack.size() && name.starts_with(kFront) &&
      name.ends_with(kBack)) {
    name = name.substr(kFront.size(), name.size() - kFront.size() - kBack.size());
    if (kernel_cmdline::is_name(name)) return cat("state/os/", name, kBack);
  }
  return refuse(Reason::kStateUnusable, cat("`", path, "` links to `", printable(*link, 160),
                                            "`, only ../../os/NAME/var is followed"));
}

// One component of a path, made if it is missing and `make`; nothing when it is missing.
Outcome<std::optional<Fd>> open_component(int parent, const std::string& name,
                                          const std::string& path, bool make) {
  if (make && ::mkdirat(parent, name.c_str(), 0755) < 0 && errno != EEXIST)
    return refuse(Reason::kStateUnusable, cat("create `", path, "`: ", Error::describe(errno),
                                              errno == EROFS ? "; boot with `rw`" : ""));
  auto dir = open_beneath(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW);
  if (!dir && dir.error().code == ENOENT) return std::nullopt;
  if (!dir && dir.error().code == EXDEV)
    return refuse(Reason::kStateUnusable, cat("`", path, "` is on another mount"));
  if (!dir)
    return refuse(Reason::kStateUnusable,
                  cat("`", path, "` is no directory of the root file system: ",
                      Error::describe(dir.error().code)));
  // Whoever owns a directory on the way could put another one in its place.
  struct stat st;
  if (::fstat(dir->get(), &st) < 0 || st.st_uid != 0)
    return refuse(Reason::kStateUnusable, cat("`", path, "` does not belong to root"));
  return std::move(*dir);
}

// A real directory below `base`, as is everything on the way to it; nothing when it is missing and
// may be.
Outcome<std::optional<Fd>> open_state(int base, const std::string& path, bool make) {
  std::optional<Fd> dir;
  for (std::size_t begin = 0, end = 0; end != path.npos; begin = end + 1) {
    end = path.find('/', begin);
    std::string name = path.substr(begin, end - begin);
    TRY_ASSIGN(auto next, open_component(dir ? dir->get() : base, name, path.substr(0, end), make));
    if (!next) return std::nullopt;
    dir = std::move(next);
  }
  return dir;
}

// A directory without a label gets that of `image`, the image's own one: it has just been made, by
// this boot or one that was cut short, or on a disk that was made where there are no labels. A full
// one is no reason not to boot, and a read-only one none for a word.
void label(int dir, const std::string& path, int image) {
  if (has_label(dir)) return;
  if (auto copied = copy_label(image, dir); !copied && copied.error().code != EROFS)
    warn(cat("`", path, "`: ", copied.error().text));
}

// The root of an overlay takes its mode from the upper directory. One that cannot be written would
// quietly make the whole overlay read-only, or fail with EINVAL.
Outcome<> check_upper(int upper, const std::string& path) {
  struct statvfs fs;
  if (::fstatvfs(upper, &fs) < 0 || (fs.f_flag & ST_RDONLY))
    return refuse(Reason::kStateUnusable,
                  cat("`", path, "` is on a read-only mount; boot with `rw`"));
  struct stat st;
  if (::fstat(upper, &st) < 0 || (st.st_mode & 07777) != 0755)
    return refuse(Reason::kStateUnusable, cat("`", path, "` must have mode 0755 (chmod 0755)"));
  return {};
}

Outcome<std::optional<Fd>> make_bind(const MountState& step, int sysroot, int lower,
                                     std::string place) {
  if (step.directory == "var") {
    TRY_ASSIGN(place, resolve_var(sysroot, place));
  }
  TRY_ASSIGN(auto dir, open_state(sysroot, place, step.state.configured));
  if (!dir) return std::nullopt;
  label(dir->get(), place, lower);
  TRY_ASSIGN(Fd bind, sys::clone_mount(dir->get()));
  TRY(sys::add_attributes(bind.get(), MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV));
  return bind;
}

// With index=off the kernel only warns when another overlay writes to the same layer, and then
// neither of the two can be relied on.
Outcome<Fd> mount_over(const MountState& step, const StateSite& site, int lower,
                       const mount::Upper& upper) {
  (void)site.log.complaints();  // of before
  auto overlay = mount::mount_state(cat("composefs-", step.directory), lower, upper, step.layers);
  std::string said = site.log.complaints();
  if (said.find(" is in-use as ") != said.npos)
    return refuse(Reason::kStateUnusable, cat("state of /", step.directory,
                                              " is in use by another overlay; unmount that one"));
  if (!overlay)
    return refuse(Reason::kStateUnusable,
                  cat("state of /", step.directory, ": ", overlay.error().text, said),
                  overlay.error().code);
  return std::move(*overlay);
}

Outcome<std::optional<Fd>> make_overlay(const MountState& step, const StateSite& site, int lower,
                                        const std::string& place) {
  bool make = step.state.configured;
  TRY_ASSIGN(auto upper, open_state(site.sysroot, place + "/upper", make));
  if (!upper) return std::nullopt;
  TRY_ASSIGN(auto work, open_state(site.sysroot, place + "/work", make));
  if (!work) return std::nullopt;
  TRY(check_upper(upper->get(), place + "/upper"));
  label(upper->get(), place + "/upper", lower);
  TRY_ASSIGN(auto dir, open_state(site.sysroot, place, false));
  TRY_ASSIGN(std::string other, check_origin(dir->get(), place, site.digest));
  if (!other.empty())
    warn(cat("`", place, "` was written over another image (", other.substr(0, 12),
             "…) and is kept: files in it may hide newer ones; remove its file `image` to accept"));
  TRY_ASSIGN(Fd overlay, mount_over(step, site, lower, {upper->get(), work->get()}));
  return overlay;
}

Outcome<std::optional<Fd>> make_transient(const MountState& step, const StateSite& site,
                                          int lower) {
  bool shelve = step.layers == mount::LayersBy::kProcPath;
  TRY_ASSIGN(TransientUpper upper, make_transient_upper(cat("composefs-", step.directory), "",
                                                        lower, shelve ? lower : -1));
  TRY_ASSIGN(Fd overlay, mount_over(step, site, lower, upper.layers()));
  if (shelve) TRY(sys::detach(upper.tmpfs.get()));
  return overlay;
}

// The overlay that the running system has over this directory, if it runs from the same image: its
// upper layer is in use and cannot become that of a second one.
Outcome<std::optional<Fd>> share_running(const MountState& step, const Digest& digest) {
  for (const auto& [path, source] :
       {std::pair(std::string("/"), "composefs:" + digest.hex()),
        std::pair("/" + step.directory, "composefs-" + step.directory)}) {
    TRY_ASSIGN(Fd dir, open_file(path, O_PATH | O_DIRECTORY));
    auto info = sys::mount_info(dir.get());
    if (!info || info->type != "overlay" || info->source != source) return std::nullopt;
  }
  TRY_ASSIGN(Fd dir, open_file("/" + step.directory, O_PATH | O_DIRECTORY));
  TRY_ASSIGN(Fd mount, sys::clone_mount(dir.get()));
  return mount;
}

Outcome<std::optional<Fd>> make_mount(const MountState& step, const StateSite& site, int lower) {
  std::string place = cat("state/deploy/", site.digest.hex(), "/", step.directory);
  switch (step.state.mode) {
    case StateMode::kNone:
      return std::nullopt;
    case StateMode::kBind:
      return make_bind(step, site.sysroot, lower, std::move(place));
    case StateMode::kTransient:
      return make_transient(step, site, lower);
    case StateMode::kOverlay:
      break;
  }
  std::optional<Fd> shared;
  if (step.running) {
    TRY_ASSIGN(shared, share_running(step, site.digest));
  }
  if (shared) return shared;
  return make_overlay(step, site, lower, place);
}

}  // namespace

bool others_have_state(int sysroot, const std::string& directory, const std::string& own) {
  constexpr int kAnything = O_PATH | O_NOFOLLOW;
  if (directory == "var" && open_beneath(sysroot, "state/os", kAnything)) return true;
  auto deploy = open_beneath(sysroot, "state/deploy", O_RDONLY | O_DIRECTORY);
  auto images = deploy ? list_directory(deploy->get()) : tl::make_unexpected(deploy.error());
  return images && std::any_of(images->begin(), images->end(), [&](const DirectoryEntry& image) {
           return image.name != own &&
                  open_beneath(deploy->get(), cat(image.name, "/", directory), kAnything)
                      .has_value();
         });
}

Outcome<std::optional<Fd>> find_mount_point(int root, const std::string& name) {
  auto dir = open_beneath(root, name, O_PATH | O_DIRECTORY | O_NOFOLLOW);
  if (dir) return std::move(*dir);
  if (dir.error().code == ENOENT || dir.error().code == ENOTDIR || dir.error().code == ELOOP)
    return std::nullopt;
  return tl::make_unexpected(std::move(dir).error());
}

Outcome<bool> mount_state(const MountState& step, const StateSite& site) {
  if (step.state.mode == StateMode::kNone) return false;
  TRY_ASSIGN(auto mount_point, find_mount_point(site.root, step.directory));
  if (!mount_point && step.state.configured)
    return refuse(Reason::kMountPointMissing,
                  cat("the image has no directory /", step.directory, " to mount over"));
  if (!mount_point) return false;
  TRY_ASSIGN(auto mount, make_mount(step, site, mount_point->get()));
  if (!mount) return false;
  TRY(sys::attach(mount->get(), mount_point->get()));
  return true;
}

}  // namespace cfs::boot
