// SPDX-License-Identifier: LGPL-2.1-or-later

// Our tools and the reference's on the same inputs, in turn, so that both meet the same machine.
// Prints CPU time and peak memory of the best of several runs, and the ratios.
//
//   against_reference BINDIR ORACLE SYNTHETIC_DUMP [DIRECTORY]
//
// CFSROOT_BENCH_ENTRIES chooses the sizes of the dumps ("64000 1000000" if not set; 5000000 takes
// the reference some minutes and 7 GiB); DIRECTORY is measured with and without a store.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "tools.h"

namespace conformance {

namespace {

namespace fs = std::filesystem;

struct Cost {
  double cpu = 0, wall = 0;
  long kib = 0;
};

class Bench {
 public:
  Bench(Tools ours, Tools reference) : ours_(std::move(ours)), reference_(std::move(reference)) {
    std::printf("%-34s %9s %9s %6s %9s %9s %6s %8s %8s\n", "", "CPU s", "reference", "times", "peak MiB",
                "reference", "%", "wall s", "ref.");
  }

  void mkcomposefs(const std::string& what, std::vector<std::string> arguments, const std::string& image,
                   int rounds) {
    arguments.push_back(image);
    compare(what, &Tools::mkcomposefs, arguments, rounds, [] {});
  }
  void info(const std::string& what, const std::string& image, int rounds) {
    compare("composefs-info " + what, &Tools::info, {what, image}, rounds, [] {});
  }
  // Each run fills a store of its own: what is there already costs nothing.
  void store(const std::string& directory, int rounds) {
    std::string store = scratch_ / "store";
    compare("directory, cold store", &Tools::mkcomposefs,
            {"--digest-store=" + store, directory, scratch_ / "image"}, rounds, [&] { fs::remove_all(store); });
    fs::remove_all(store);
  }

  const Scratch& scratch() const { return scratch_; }

 private:
  template <class Before>
  void compare(const std::string& what, Command Tools::*tool, const std::vector<std::string>& arguments,
               int rounds, Before before) {
    Cost ours, reference;
    for (int round = 0; round < rounds; ++round) {
      before();
      measure(ours_.*tool, arguments, ours);
      before();
      measure(reference_.*tool, arguments, reference);
    }
    std::printf("%-34s %9.3f %9.3f %6.1f %9.1f %9.1f %6.1f %8.2f %8.2f\n", what.c_str(), ours.cpu,
                reference.cpu, reference.cpu / ours.cpu, static_cast<double>(ours.kib) / 1024,
                static_cast<double>(reference.kib) / 1024,
                100 * static_cast<double>(ours.kib) / static_cast<double>(reference.kib), ours.wall,
                reference.wall);
    std::fflush(stdout);
  }

  void measure(const Command& command, const std::vector<std::string>& arguments, Cost& best) {
    Run done = run(command, arguments, scratch_.path(), {.input = "", .environment = {}, .seconds = 1800, .output = "/dev/null"});
    if (!done.ok()) give_up(shell_words(command) + " " + shell_words(arguments) + ": " + done.err);
    if (best.cpu == 0 || done.cpu_seconds < best.cpu) best.cpu = done.cpu_seconds;
    if (best.wall == 0 || done.wall_seconds < best.wall) best.wall = done.wall_seconds;
    best.kib = std::max(best.kib, done.max_rss_kib);
  }

  Tools ours_, reference_;
  Scratch scratch_;
};

std::string make_dump(const Bench& bench, const std::string& generator, const std::string& kind,
                      const std::string& entries) {
  std::string path = bench.scratch() / (kind + ".dump");
  Run made = run({generator}, {kind, entries}, bench.scratch().path(),
                 {.input = "", .environment = {}, .seconds = 600, .output = path});
  if (!made.ok()) give_up(made.err);
  return path;
}

void against_reference(Bench& bench, const std::string& generator, const std::string& directory) {
  std::string image = bench.scratch() / "image";
  const char* chosen = std::getenv("CFSROOT_BENCH_ENTRIES");
  std::istringstream sizes(chosen ? chosen : "64000 1000000");
  for (std::string entries; sizes >> entries;) {
    int rounds = entries.size() > 5 ? 1 : 3;
    std::string dump = make_dump(bench, generator, "tree", entries);
    bench.mkcomposefs("dump, " + entries + " entries", {"--from-file", dump}, image, rounds);
    fs::remove(dump);
    for (const char* command : {"dump", "ls", "objects"}) bench.info(command, image, rounds);
  }
  const std::pair<const char*, const char*> kShapes[] = {
      {"links", "400000"}, {"flat", "200000"}, {"reverse", "200000"}};
  for (auto [kind, entries] : kShapes) {
    std::string dump = make_dump(bench, generator, kind, entries);
    bench.mkcomposefs(std::string(kind) + ", " + entries + " entries", {"--from-file", dump}, image, 1);
    fs::remove(dump);
  }
  if (directory.empty()) return;
  bench.mkcomposefs("directory, no store", {directory}, image, 3);
  bench.mkcomposefs("directory, no store, 1 thread", {"--threads=1", directory}, image, 3);
  bench.store(directory, 2);
}

}  // namespace

}  // namespace conformance

int main(int argc, char** argv) {
  using namespace conformance;
  if (argc < 4 || argc > 5) {
    std::fprintf(stderr, "usage: against_reference BINDIR ORACLE SYNTHETIC_DUMP [DIRECTORY]\n");
    return 2;
  }
  Bench bench(tools_in(argv[1]), tools_of_oracle(argv[2]));
  against_reference(bench, argv[3], argc == 5 ? argv[4] : "");
}
