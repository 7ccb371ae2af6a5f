// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/state.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "sys/mounts.h"
#include "sys/resolve.h"

namespace cfs::boot {

namespace {

// One component of [A-Za-z0-9._-]+ that stays where it is.
bool is_state_name(std::string_view name) {
  auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !name.empty() && name != "." && name != ".." &&
         std::all_of(name.begin(), name.end(), allowed);
}

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
    if (is_state_name(name)) return cat("state/os/", name, kBack);
  }
  return refuse(Reason::kStateUnusable, cat("`", path, "` links to `", printable(*link, 160),
                                            "`, only ../../os/NAME/var is followed"));
}

Outcome<> make_directory(int sysroot, const std::string& path) {
  for (std::size_t end = path.find('/');; end = path.find('/', end + 1)) {
    std::string part = path.substr(0, end);
    std::size_t slash = part.rfind('/');
    std::string parent = slash == part.npos ? "." : part.substr(0, slash);
    TRY_ASSIGN(Fd at, open_beneath(sysroot, parent, O_PATH | O_DIRECTORY));
    if (::mkdirat(at.get(), part.c_str() + (slash == part.npos ? 0 : slash + 1), 0755) < 0 &&
        errno != EEXIST)
      return refuse(Reason::kStateUnusable, cat("create `", path, "`: ", Error::describe(errno),
                                                errno == EROFS ? "; boot with `rw`" : ""));
    if (end == path.npos) return {};
  }
}

// A real directory of root's below the old root; nothing when it is missing and may be.
Outcome<std::optional<Fd>> open_state(int sysroot, const std::string& path, bool make) {
  auto dir = open_beneath(sysroot, path, O_PATH | O_DIRECTORY | O_NOFOLLOW);
  if (!dir && dir.error().code == ENOENT) {
    if (!make) return std::nullopt;
    TRY(make_directory(sysroot, path));
    return open_state(sysroot, path, false);
  }
  if (!dir)
    return refuse(Reason::kStateUnusable,
                  cat("`", path, "` is no directory of the root file system: ",
                      Error::describe(dir.error().code)));
  struct stat st;
  if (::fstat(dir->get(), &st) < 0 || st.st_uid != 0)
    return refuse(Reason::kStateUnusable, cat("`", path, "` does not belong to root"));
  return std::move(*dir);
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

Outcome<std::optional<Fd>> make_bind(const MountState& step, int sysroot, std::string place) {
  if (step.directory == "var") {
    TRY_ASSIGN(place, resolve_var(sysroot, place));
  }
  TRY_ASSIGN(auto dir, open_state(sysroot, place, step.state.configured));
  if (!dir) return std::nullopt;
  TRY_ASSIGN(Fd bind, sys::clone_mount(dir->get()));
  TRY(sys::add_attributes(bind.get(), MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV));
  return bind;
}

Outcome<std::optional<Fd>> make_overlay(const MountState& step, int lower, int base,
                                        const std::string& place) {
  bool make = step.state.configured;
  TRY_ASSIGN(auto upper, open_state(base, cat(place, "/upper"), make));
  TRY_ASSIGN(auto work, open_state(base, cat(place, "/work"), make));
  if (!upper || !work) return std::nullopt;
  TRY(check_upper(upper->get(), cat(place, "/upper")));
  auto overlay = cfs::mount::mount_state(cat("composefs-", step.directory), lower, upper->get(),
                                         work->get(), step.layers);
  if (!overlay)
    return refuse(Reason::kStateUnusable,
                  cat("state of /", step.directory, ": ", overlay.error().text),
                  overlay.error().code);
  return std::move(*overlay);
}

Outcome<std::optional<Fd>> make_transient(const MountState& step, int lower) {
  TRY_ASSIGN(Fd tmpfs, cfs::mount::mount_tmpfs(cat("composefs-", step.directory)));
  bool shelve = step.layers == cfs::mount::LayersBy::kProcPath;
  if (shelve) TRY(sys::attach(tmpfs.get(), lower));
  auto overlay = make_overlay(step, lower, tmpfs.get(), ".");
  if (shelve) TRY(sys::detach(tmpfs.get()));
  return overlay;
}

}  // namespace

Outcome<std::optional<Fd>> find_mount_point(int root, const std::string& name) {
  auto dir = open_beneath(root, name, O_PATH | O_DIRECTORY | O_NOFOLLOW);
  if (dir) return std::move(*dir);
  if (dir.error().code == ENOENT || dir.error().code == ENOTDIR || dir.error().code == ELOOP)
    return std::nullopt;
  return tl::make_unexpected(std::move(dir).error());
}

Outcome<bool> mount_state(const MountState& step, int sysroot, int root, const Digest& digest) {
  if (step.state.mode == StateMode::kNone) return false;
  TRY_ASSIGN(auto mount_point, find_mount_point(root, step.directory));
  if (!mount_point && step.state.configured)
    return refuse(Reason::kMountPointMissing,
                  cat("the image has no directory /", step.directory, " to mount over"));
  if (!mount_point) return false;

  std::string place = cat("state/deploy/", digest.hex(), "/", step.directory);
  std::optional<Fd> mount;
  if (step.state.mode == StateMode::kBind) {
    TRY_ASSIGN(mount, make_bind(step, sysroot, std::move(place)));
  } else if (step.state.mode == StateMode::kOverlay) {
    TRY_ASSIGN(mount, make_overlay(step, mount_point->get(), sysroot, place));
  } else {
    TRY_ASSIGN(mount, make_transient(step, mount_point->get()));
  }
  if (!mount) return false;
  TRY(sys::attach(mount->get(), mount_point->get()));
  return true;
}

}  // namespace cfs::boot
