// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sys/loop.h"

#include <linux/loop.h>
#include <linux/major.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"

namespace cfs::sys {

namespace {

// An initramfs may lack the node (kmod's static nodes are systemd's and udev's affair) and then the
// module too: to open a node of ours loads it, as one of theirs would.
Result<Fd> open_control() {
  constexpr char kPath[] = "/dev/loop-control";
  constexpr unsigned kLoopControlMinor = 237;  // admin-guide/devices.txt
  auto found = open_file(kPath, O_RDWR);
  if (found || found.error().code != ENOENT) return found;
  bool made = ::mknod(kPath, S_IFCHR | 0600, makedev(MISC_MAJOR, kLoopControlMinor)) == 0;
  if (!made && errno != EEXIST) return found;
  auto loaded = open_file(kPath, O_RDWR);
  if (!loaded && made) ::unlink(kPath);
  return loaded;
}

}  // namespace

Result<LoopDevice> attach_loop(int file, std::string_view name) {
  TRY_ASSIGN(Fd control, open_control());
  loop_config config{};
  config.fd = static_cast<u32>(file);
  config.block_size = 4096;
  // Never direct-io: the page cache of the file is what fs-verity checks.
  config.info.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR;
  std::size_t length = std::min(name.size(), sizeof config.info.lo_file_name - 1);
  std::copy_n(name.begin(), length, config.info.lo_file_name);

  // Somebody else may take the free device between the two calls: then it is EBUSY, and the next.
  for (int tries = 0; tries < 64; ++tries) {
    int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0) return fail(errno, "find a free loop device");
    std::string path = cat("/dev/loop", number);
    TRY_ASSIGN(Fd fd, open_file(path, O_RDONLY));
    if (::ioctl(fd.get(), LOOP_CONFIGURE, &config) == 0)
      return LoopDevice{std::move(fd), std::move(path)};
    if (errno != EBUSY && errno != EINTR) return fail(errno, cat("configure ", path));
  }
  return fail(EBUSY, "loop devices");
}

}  // namespace cfs::sys
