// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/hash_index.h"

#include <sys/auxv.h>
#include <sys/random.h>

namespace cfs {

u64 hash_seed() {
  static const u64 seed = [] {
    u64 random = 0;
    if (::getrandom(&random, sizeof random, GRND_NONBLOCK) == sizeof random) return random;
    // Early in a boot, or forbidden: what the kernel gave the process when it started.
    std::memcpy(&random, reinterpret_cast<const void*>(::getauxval(AT_RANDOM)), sizeof random);
    return random;
  }();
  return seed;
}

}  // namespace cfs
