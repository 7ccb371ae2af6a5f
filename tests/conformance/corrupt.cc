// SPDX-License-Identifier: LGPL-2.1-or-later

// Broken images: flipped bits, overwritten words, cut and lengthened files. The tools may refuse
// them or print what they find; they may not crash, hang, or take more memory than a few times what
// the intact image takes.
//
//   corrupt BINDIR DUMP…
//
// CFSROOT_CORRUPT_COUNT broken images are made of each dump's image, from CFSROOT_DIFF_SEED on.

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "random.h"
#include "tools.h"

namespace conformance {

namespace {

constexpr long kMemoryKib = CFS_MEMORY_MIB * 1024L;

// Where damage does most: the headers, the first inodes, then anywhere.
std::size_t place(const std::string& image, Random& random) {
  switch (random.below(4)) {
    case 0: return random.below(32);
    case 1: return 1024 + random.below(128);
    case 2: return 1152 + random.below(std::min<std::size_t>(image.size() - 1152, 2048));
    default: return random.below(image.size());
  }
}

std::string broken(std::string image, Random& random) {
  static constexpr std::uint64_t kWords[] = {0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff,
                                             0x8000000000000000, 0xffffffffffffffff, 36, 4096};
  for (std::size_t n = random.between(1, 4); n > 0; --n) {
    std::size_t at = place(image, random);
    switch (random.below(8)) {
      case 0: {
        std::uint64_t word = random.pick(kWords);
        std::size_t length = std::min<std::size_t>(std::size_t{1} << random.below(4), image.size() - at);
        std::memcpy(image.data() + at, &word, length);
        break;
      }
      case 1: {  // some other part of the image
        std::size_t from = random.below(image.size());
        std::size_t length = std::min(random.between(1, 64), image.size() - std::max(from, at));
        std::memmove(image.data() + at, image.data() + from, length);
        break;
      }
      case 2:
        if (n == 1) image.resize(random.below(image.size()));
        return image;
      default: image[at] = static_cast<char>(image[at] ^ (1 << random.below(8)));
    }
  }
  return image;
}

std::atomic<std::size_t> read_well{0}, refused{0};

std::optional<Failure> check(const Tools& tools, const std::string& image, const Scratch& scratch) {
  std::string path = scratch / "broken.cfs";
  write_file(path, image);
  const std::pair<const Command&, std::vector<std::string>> kRuns[] = {
      {tools.info, {"dump", path}}, {tools.info, {"ls", path}},
      {tools.dump, {path, scratch / "again.cfs"}}};
  for (const auto& [command, arguments] : kRuns) {
    Run done = run(command, arguments, scratch.path(), {.input = "", .environment = {}, .seconds = 20});
    std::string what = command[0].substr(command[0].rfind('/') + 1) + " " + arguments[0];
    if (done.status == Run::kHung) return Failure{what + " does not end", ""};
    if (done.status != 0 && done.status != 1)
      return Failure{what + " ends with status " + std::to_string(done.status), done.err};
    if (done.status == 1 && done.err.empty()) return Failure{what + " fails without a word", ""};
    if (done.max_rss_kib > kMemoryKib)
      return Failure{what + " takes " + std::to_string(done.max_rss_kib) + " KiB", ""};
    ++(done.ok() ? read_well : refused);
  }
  return {};
}

int corrupt(const Tools& tools, const std::vector<std::string>& dumps) {
  std::size_t seed = number_from("CFSROOT_DIFF_SEED", 1);
  std::size_t count = number_from("CFSROOT_CORRUPT_COUNT", 250);
  for (const std::string& dump : dumps) {
    Scratch made;
    Run written = run(tools.mkcomposefs, {"--from-file", dump, made / "image"}, made.path());
    if (!written.ok()) give_up("no image of " + dump + ": " + written.err);
    std::string image = read_file(made / "image");
    auto failed = for_each_case(seed, count, [&](std::size_t number, const Scratch& scratch) {
      Random random(number);
      return check(tools, broken(image, random), scratch);
    });
    if (!failed) continue;
    Random random(failed->number);
    std::string kept = "broken-" + std::to_string(failed->number) + ".cfs";
    write_file(kept, broken(image, random));
    std::printf("FAILED: %s\n%s\nan image of %s, seed %zu; it is in %s\n", failed->failure.kind.c_str(),
                failed->failure.detail.c_str(), dump.c_str(), failed->number, kept.c_str());
    return EXIT_FAILURE;
  }
  std::printf("%zu broken images; %zu runs read them, %zu refused\n", dumps.size() * count,
              read_well.load(), refused.load());
  if (read_well == 0 || refused == 0) give_up("the damage is of one kind only");
  return EXIT_SUCCESS;
}

}  // namespace

}  // namespace conformance

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: corrupt BINDIR DUMP...\n");
    return 2;
  }
  if (::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 0);
  return conformance::corrupt(conformance::tools_in(argv[1]), {argv + 2, argv + argc});
}
