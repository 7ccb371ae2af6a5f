// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tools/cfsroot_seal.h"

#include <getopt.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/text.h"
#include "disk/seal.h"

namespace cfs::tools {

namespace {

constexpr const char* kUsage =
    "Usage: cfsroot seal [OPTIONS] DISK PATH...\n"
    "Switches on fs-verity in DISK, an unmounted ext4 image or block device, for the regular\n"
    "files at or below each PATH inside it. Files that have verity already are left alone.\n"
    "  -a, --algorithm=ALG  sha256 (default) or sha512\n"
    "  -v, --verbose        print ALG:DIGEST PATH for every file sealed\n"
    "  -h, --help           print this\n";

struct Options {
  HashAlg alg = HashAlg::kSha256;
  bool verbose = false;
  bool help = false;
  std::string disk;
  std::vector<std::string> paths;
};

// False after having said what is wrong.
bool parse(int argc, char** argv, Options& options) {
  static constexpr option kLong[] = {{"algorithm", required_argument, nullptr, 'a'},
                                     {"verbose", no_argument, nullptr, 'v'},
                                     {"help", no_argument, nullptr, 'h'},
                                     {}};
  static char program[] = "cfsroot seal";
  argv[0] = program;  // in getopt's messages
  for (int id; (id = ::getopt_long(argc, argv, "a:vh", kLong, nullptr)) != -1;) {
    switch (id) {
      case 'v':
        options.verbose = true;
        break;
      case 'h':
        options.help = true;
        return true;
      case 'a': {
        std::string_view name = ::optarg;
        if (name != "sha256" && name != "sha512") {
          std::fprintf(stderr, "cfsroot seal: no algorithm `%s`; use sha256 or sha512\n", ::optarg);
          return false;
        }
        options.alg = name == "sha256" ? HashAlg::kSha256 : HashAlg::kSha512;
        break;
      }
      default:
        std::fputs(kUsage, stderr);
        return false;
    }
  }
  if (argc - ::optind < 2) {
    std::fputs(kUsage, stderr);
    return false;
  }
  options.disk = argv[::optind];
  options.paths.assign(argv + ::optind + 1, argv + argc);
  return true;
}

}  // namespace

int seal_main(int argc, char** argv) {
  Options options;
  if (!parse(argc, argv, options)) return 2;
  if (options.help) {
    std::fputs(kUsage, stdout);
    return EXIT_SUCCESS;
  }
  auto sealed = disk::seal_files(options.disk, options.alg, options.paths);
  if (!sealed) {
    std::fprintf(stderr, "cfsroot seal: %s\n", sealed.error().text.c_str());
    return EXIT_FAILURE;
  }
  if (options.verbose)
    for (const disk::Sealed& file : *sealed)
      std::puts(
          cat(fsverity::name(file.digest.alg), ":", file.digest.hex(), " ", file.path).c_str());
  return EXIT_SUCCESS;
}

}  // namespace cfs::tools
