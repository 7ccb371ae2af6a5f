// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/lock.h"

#include <errno.h>
#include <sys/file.h>
#include <time.h>

#include <cstdio>

#include "base/text.h"

namespace cfs {

Result<> lock(int fd, int operation, const std::string& path) {
  const timespec pause{0, 20'000'000};
  for (int tries = 0; tries < 50; ++tries) {
    if (::flock(fd, operation | LOCK_NB) == 0) return {};
    if (errno != EWOULDBLOCK) break;
    ::nanosleep(&pause, nullptr);
  }
  if (errno == EWOULDBLOCK)
    std::fprintf(stderr, "%s: waiting for the lock of %s, another program holds it\n",
                 program_invocation_short_name, path.c_str());
  while (::flock(fd, operation) < 0)
    if (errno != EINTR) return fail(errno, cat(path, ": lock"));
  return {};
}

}  // namespace cfs
