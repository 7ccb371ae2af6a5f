// SPDX-License-Identifier: LGPL-2.1-or-later

// composefs-init: /init of an initramfs that has nothing else but some kernel modules and a list of
// them. Finds and mounts the file system with the store, puts the verified root over it as
// composefs-setup-root does, and becomes that root's init.

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"
#include "base/text.h"
#include "init/root_device.h"
#include "init/switch_root.h"
#include "sys/modules.h"
#include "tools/print.h"
#include "tools/setup_root.h"

namespace {

using cfs::cat;
using cfs::Result;

constexpr std::string_view kUsage =
    "Usage: composefs-init [ARGUMENT]...\n"
    "Runs as process 1 of an initramfs (/init): mounts root= on /sysroot, verifies and\n"
    "mounts the image as composefs-setup-root does, switches to that root and starts\n"
    "its init (init=, else /sbin/init) with the ARGUMENTs.\n"
    "\n"
    "  --help     print this\n"
    "  --version  print the version\n";

constexpr char kSysroot[] = "/sysroot";

constexpr std::string_view kName = "composefs-init";

// Into the kernel log; 3 shows on the console even of a quiet boot.
void log(int priority, std::string_view text) {
  if (auto kmsg = cfs::open_file("/dev/kmsg", O_WRONLY | O_NOCTTY))
    (void)cfs::write_all(
        kmsg->get(),
        cfs::as_bytes(cat("<", priority, ">composefs-init: ", text, "\n").substr(0, 960)));
}

Result<> mount_api(const char* type, const char* where, unsigned long flags, const char* options) {
  if (::mkdir(where, 0755) < 0 && errno != EEXIST) return cfs::fail(errno, cat("create ", where));
  if (::mount(type, where, type, flags, options) < 0 && errno != EBUSY)
    return cfs::fail(errno, cat("mount ", where));
  return {};
}

// The kernel opens a console for us only if the initramfs has the device. A machine without any has
// nobody to talk to, and boots all the same.
void open_console() {
  for (const char* path : {"/dev/console", "/dev/null"}) {
    auto file = cfs::open_file(path, O_RDWR | O_NOCTTY);
    if (!file) {
      log(4, file.error().text);
      continue;
    }
    // Not the descriptor itself, which is close-on-exec: a copy is not.
    cfs::Fd copy(::fcntl(file->get(), F_DUPFD_CLOEXEC, 3));
    for (int fd : {0, 1, 2}) ::dup2(copy.get(), fd);
    if (file->get() <= 2) file->release();
    return;
  }
}

Result<> mount_apis() {
  constexpr unsigned long kSafe = MS_NOSUID | MS_NODEV;
  ::umask(022);
  TRY(mount_api("devtmpfs", "/dev", MS_NOSUID, "mode=0755"));
  TRY(mount_api("proc", "/proc", kSafe | MS_NOEXEC, ""));
  TRY(mount_api("sysfs", "/sys", kSafe | MS_NOEXEC, ""));
  TRY(mount_api("tmpfs", "/run", kSafe, "mode=0755"));
  if (::mkdir(kSysroot, 0755) < 0 && errno != EEXIST) return cfs::fail(errno, "create /sysroot");
  open_console();
  return {};
}

// A module that cannot be loaded may be the driver of a device that this machine does not have:
// what is really missing shows later.
Result<> load_modules() {
  auto text = cfs::read_file(cfs::sys::kModuleList, cfs::sys::kModuleListMax);
  if (!text && text.error().code == ENOENT) return {};
  if (!text) return tl::make_unexpected(std::move(text).error());
  TRY_ASSIGN(auto paths, cfs::sys::parse_module_list(*text));
  for (const std::string& path : paths)
    if (auto loaded = cfs::sys::load_module(path); !loaded) log(4, loaded.error().text);
  return {};
}

// In a process of its own: nothing of it is left in process 1. It has said why when it refuses.
Result<> verify_and_mount(const std::string& init) {
  pid_t child = ::fork();
  if (child == 0) {
    char name[] = "composefs-setup-root";
    char* argv[] = {name, nullptr};
    ::_exit(cfs::setup_root(1, argv, init));
  }
  if (child < 0) return cfs::fail(errno, "fork");
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return cfs::fail(errno, "wait");
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return cfs::fail_with(EACCES, cat("the root file system was refused, see above (status ",
                                    WIFEXITED(status) ? WEXITSTATUS(status) : -1, ")"));
}

// Comes back only when it fails.
Result<> boot(char** argv) {
  TRY(mount_apis());
  TRY_ASSIGN(std::string cmdline, cfs::read_file("/proc/cmdline"));
  auto parameters = cfs::kernel_cmdline::split(cmdline);
  TRY_ASSIGN(auto root, cfs::init::parse_root_options(parameters));
  TRY(load_modules());
  TRY(cfs::init::mount_root(root, kSysroot));
  std::string init = cfs::kernel_cmdline::last_value(parameters, "init").value_or("");
  if (init.empty()) init = "/sbin/init";
  TRY(verify_and_mount(init));
  TRY(cfs::init::switch_root(kSysroot));
  // Its arguments and its environment are what the kernel has for init.
  argv[0] = init.data();
  ::execve(init.c_str(), argv, environ);
  return cfs::fail(errno, cat("start ", cfs::printable(init)));
}

}  // namespace

int main(int argc, char** argv) {
  if (::getpid() != 1) {
    std::string_view first = argc == 2 ? argv[1] : "";
    if (first == "--help") return cfs::tools::print_and_end(kName, kUsage);
    if (first == "--version")
      return cfs::tools::print_and_end(kName, "composefs-init " CFS_VERSION "\n");
    cfs::tools::print_error(cat(kName, ": this is not process 1 of an initramfs\n\n", kUsage));
    return 2;
  }
  auto failed = boot(argv);
  log(3, cat("cannot boot: ", failed.error().text));
  // Process 1 ends: the kernel panics, and panic= says whether it waits or reboots.
  return 1;
}
