// SPDX-License-Identifier: LGPL-2.1-or-later

// enable_verity DIR: asks the kernel for fs-verity on every file below DIR, one process for all. What
// a helper VM would run that seals a store; tests/bench/disk compares.

#include <fcntl.h>

#include <cstdio>
#include <filesystem>

#include "base/fd.h"
#include "fsverity/kernel.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  int sealed = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[1])) {
    if (!entry.is_regular_file()) continue;
    const cfs::Fd fd(open(entry.path().c_str(), O_RDONLY | O_CLOEXEC));
    if (auto result = cfs::fsverity::enable(fd.get()); !result) {
      std::fprintf(stderr, "%s: %s\n", entry.path().c_str(), result.error().text.c_str());
      return 1;
    }
    ++sealed;
  }
  std::printf("sealed %d\n", sealed);
}
