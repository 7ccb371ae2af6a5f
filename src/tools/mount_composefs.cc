// SPDX-License-Identifier: LGPL-2.1-or-later

// mount.composefs: mounts a composefs image, by itself or for `mount -t composefs`. Options and
// messages are those of composefs 1.0.8; contents are checked wherever that is possible, unless
// noverity says otherwise.

#include <libmount.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>

#include "base/text.h"
#include "mount/composefs.h"
#include "sys/mounts.h"
#include "tools/mount_composefs_options.h"

namespace cfs::tools {

namespace {

void say(std::string_view text) {
  (void)write_all(2, as_bytes(cat("mount.composefs: ", text, "\n")));
}

// The words of the reference first, for scripts, then what is behind them.
std::string reason(const Error& error) {
  if (error.code == ENOTTY) return cat("Image has no fs-verity (", error.text, ")");
  if (error.code == EILSEQ) return cat("Image has wrong fs-verity (", error.text, ")");
  if (error.code == EPERM && ::geteuid() != 0)
    return cat(error.text, " (mounting takes CAP_SYS_ADMIN)");
  if (error.code == EOPNOTSUPP) return cat(error.text, " (noverity mounts without that)");
  return error.text;
}

struct Free {
  void operator()(libmnt_fs* entry) const { ::mnt_unref_fs(entry); }
  void operator()(libmnt_update* update) const { ::mnt_free_update(update); }
  void operator()(char* path) const { std::free(path); }
};

// As libmount's table names it: no symlinks in it, nothing relative.
Result<std::string> resolved(const std::string& target) {
  std::unique_ptr<char, Free> path(::mnt_resolve_path(target.c_str(), nullptr));
  if (!path) return fail(errno, cat("resolve `", printable(target), "`"));
  return std::string(path.get());
}

// What the kernel has no place for goes into libmount's table (/run/mount/utab), where findmnt(8),
// systemd and umount(8) look for it; the namespace's own, if that is where we went.
Result<> remember(const std::string& target, const std::string& options) {
  std::unique_ptr<libmnt_fs, Free> entry(::mnt_new_fs());
  std::unique_ptr<libmnt_update, Free> update(::mnt_new_update());
  int status = entry && update ? 0 : -ENOMEM;
  // Source and target are the kernel's: that is how readers find the mount of an entry.
  if (status == 0) status = ::mnt_fs_set_source(entry.get(), "composefs");
  if (status == 0) status = ::mnt_fs_set_target(entry.get(), target.c_str());
  if (status == 0) status = ::mnt_fs_set_options(entry.get(), options.c_str());
  if (status == 0) status = ::mnt_update_set_fs(update.get(), 0, nullptr, entry.get());
  if (status == 1) return {};  // nothing that libmount would remember
  if (status == 0) status = ::mnt_update_table(update.get(), nullptr);
  if (status == 0) return {};
  return fail(status == -MNT_ERR_LOCK ? ENOLCK : -status,
              cat("the table of libmount does not have ", printable(options)));
}

Result<> run(MountComposefsOptions& options) {
  // All paths are those of the namespace, as with mount(2).
  if (!options.mount_namespace.empty()) TRY(sys::enter_mount_namespace(options.mount_namespace));
  Fd user_namespace;
  if (!options.user_namespace.empty()) {
    auto opened = open_file(options.user_namespace, O_RDONLY);
    if (!opened)
      return fail(opened.error().code,
                  cat("Failed to open userns ", printable(options.user_namespace)));
    user_namespace = std::move(*opened);
    options.mount.user_namespace = user_namespace.get();
  }
  auto image = open_file(options.image, O_RDONLY);
  if (!image) return fail(image.error().code, cat("Failed to open ", printable(options.image)));
  if (options.fake) return {};

  // Verified, mounted, and only then visible. An early return leaves nothing behind.
  auto failed = [&](const Error& error) {
    return fail_with(error.code, cat("Failed to mount composefs ", printable(options.image), ": ",
                                     reason(error)));
  };
  // Before the mount can hide a part of the path.
  auto table_target = resolved(options.target);
  if (!table_target) return failed(table_target.error());
  auto mounted = mount::mount_composefs(image->get(), options.image, options.mount);
  if (!mounted) return failed(mounted.error());
  if (auto attached = mount::attach_at(mounted->mount.get(), options.target); !attached)
    return failed(attached.error());

  bool checked = options.mount.verity != mount::Verity::kOff && mounted->unchecked.empty();
  if (!mounted->unchecked.empty())
    say(cat("warning: contents are not checked: ", mounted->unchecked,
            " (noverity says that you know)"));
  if (options.verbose)
    say(cat(printable(options.image), " mounted on ", printable(options.target),
            checked ? ", contents are checked" : ", contents are not checked"));
  if (options.remembered.empty()) return {};
  if (auto remembered = remember(*table_target, options.remembered); !remembered)
    say(cat("warning: ", remembered.error().text));
  return {};
}

}  // namespace

}  // namespace cfs::tools

int main(int argc, char** argv) {
  using namespace cfs::tools;
  MountComposefsOptions options;
  if (auto exit = parse_mount_composefs_options(argc, argv, options)) return exit->status;
  auto result = run(options);
  if (!result) say(result.error().text);
  return result ? 0 : 1;
}
