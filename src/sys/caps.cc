// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sys/caps.h"

#include <sys/socket.h>
#include <sys/utsname.h>

#include <cerrno>

#include "sys/mounts.h"
#include "sys/resolve.h"

namespace cfs::sys {

namespace {

// ENODEV means no; every other failure is one of the probe.
Result<bool> knows(const char* type) {
  auto context = FsContext::open(type);
  if (context) return true;
  if (context.error().code == ENODEV) return false;
  return tl::make_unexpected(std::move(context).error());
}

// The interface that refuses unknown options came in 6.5 together with data-only layers; before,
// overlayfs accepts anything here and looks at it only on creation.
void probe_overlay_options(KernelCaps& caps) {
  auto context = FsContext::open("overlay");
  if (!context || context->set("no_such_option", "x")) return;
  caps.overlay_data_only = true;
  caps.overlay_verity = context->set("verity", "require").has_value();
}

// An EROFS that mounts regular files opens a source that is no block device, and opening a socket
// is ENXIO. One that does not says ENOTBLK without looking. Nothing is read either way.
bool probe_file_backed_erofs() {
  Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  auto context = FsContext::open("erofs");
  if (!socket || !context || !context->set("source", proc_path(socket.get()))) return false;
  auto mount = context->mount(0);
  return !mount && mount.error().code == ENXIO;
}

bool probe_detached_trees() {
  auto context = FsContext::open("overlay");
  auto root = open_file("/", O_PATH | O_DIRECTORY);
  if (!context || !root) return false;
  auto tree = clone_mount(root->get());
  auto branch = clone_mount(root->get());
  return tree && branch && context->set("lowerdir+", tree->get()) &&
         attach(branch->get(), tree->get());
}

}  // namespace

std::string KernelCaps::version() const {
  std::size_t end = release.find('.');
  if (end != std::string::npos) end = release.find_first_not_of("0123456789", end + 1);
  return release.substr(0, end);
}

Result<KernelCaps> probe_kernel() {
  KernelCaps caps;
  utsname names;
  if (::uname(&names) == 0) caps.release = names.release;
  TRY_ASSIGN(caps.erofs, knows("erofs"));
  TRY_ASSIGN(caps.overlay, knows("overlay"));
  probe_overlay_options(caps);
  caps.file_backed_erofs = probe_file_backed_erofs();
  caps.detached_trees = probe_detached_trees();
  return caps;
}

}  // namespace cfs::sys
