// SPDX-License-Identifier: LGPL-2.1-or-later

// cfsroot: what a system image needs besides mkcomposefs, as subcommands.

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tools/cfsroot_seal.h"

namespace {

struct Command {
  std::string_view name;
  int (*run)(int argc, char** argv);  // argv[0] is the command's name; returns the exit status
};

constexpr Command kCommands[] = {{"seal", cfs::tools::seal_main}};

void print_usage(std::FILE* to) {
  std::fprintf(to,
               "Usage: cfsroot COMMAND ...\n"
               "  seal   switch on fs-verity for files of an unmounted ext4 image\n"
               "cfsroot COMMAND --help says more.\n");
}

}  // namespace

int main(int argc, char** argv) {
  std::string_view name = argc > 1 ? argv[1] : "";
  for (const Command& command : kCommands)
    if (command.name == name) return command.run(argc - 1, argv + 1);
  if (name == "--help") {
    print_usage(stdout);
    return EXIT_SUCCESS;
  }
  if (name == "--version") {
    std::printf("cfsroot %s\n", CFS_VERSION);
    return EXIT_SUCCESS;
  }
  if (!name.empty()) std::fprintf(stderr, "cfsroot: no command `%s`\n", argv[1]);
  print_usage(stderr);
  return 2;
}
