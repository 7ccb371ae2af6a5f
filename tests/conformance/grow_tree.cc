// SPDX-License-Identifier: LGPL-2.1-or-later

// grow_tree DIR SEED COUNT: fills DIR with a random tree.

#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>

#include "random_tree.h"

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: grow_tree DIR SEED COUNT\n");
    return 2;
  }
  ::mkdir(argv[1], 0755);
  conformance::Random random(std::strtoull(argv[2], nullptr, 10));
  conformance::random_tree(argv[1], std::strtoull(argv[3], nullptr, 10), random);
}
