// SPDX-License-Identifier: LGPL-2.1-or-later

// Random inputs, our tools and the reference's: the same bytes, the same words.
//
//   differential KIND BINDIR ORACLE
//
// KIND is `dumps` (valid dumps; images, digests, listings), `mutations` (damaged dumps: the same
// bytes or the same refusal) or `directories` (images and object stores of directories on disk).
// CFSROOT_DIFF_SEED chooses the inputs, CFSROOT_DIFF_COUNT how many.

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "compare.h"
#include "directories.h"
#include "minimise.h"
#include "mutate.h"
#include "random_dump.h"

namespace conformance {

namespace {

// Case numbers are the seeds: "seed 12, 500 cases" are the inputs 12 … 511.
struct Plan {
  std::size_t seed, count;
};

std::atomic<std::size_t> accepted{0}, deviations{0};

DumpCase valid_case(std::size_t number, Random& random) {
  random = Random(number);
  RandomDump made = random_dump(random);
  DumpCase dump{text_of(made.dump), std::move(made.versions), false};
  if (random.percent(10)) dump.text.pop_back();  // the last line may lack its newline
  return dump;
}

std::optional<Failure> check_dump(const Contestants& tools, const DumpCase& dump, Random random,
                                  const Scratch& scratch) {
  Outcome outcome = make_images(tools, dump, scratch);
  if (auto failure = compare_outcome(dump, outcome)) return failure;
  if (!outcome.both_accept()) return {};
  ++accepted;
  if (auto failure = compare_info(tools, outcome.our_image, outcome.reference_image, random, scratch))
    return failure;
  return check_image(tools, outcome.our_image, lossy(dump.text), scratch);
}

DumpCase damaged_case(std::size_t number, Random& random) {
  DumpCase dump = valid_case(number, random);
  // Short ones: the damage should be found, not looked for.
  if (dump.text.size() > 20000) dump.text.resize(dump.text.rfind('\n', 20000) + 1);
  if (dump.text.empty()) dump.text = "/ 0 40755 2 0 0 0 0.0 - - -\n";
  dump.text = mutated(std::move(dump.text), random);
  dump.strict = random.percent(20);
  return dump;
}

std::optional<Failure> check_damaged(const Contestants& tools, const DumpCase& dump, Random,
                                     const Scratch& scratch) {
  Outcome outcome = make_images(tools, dump, scratch);
  accepted += outcome.both_accept();
  deviations += outcome.ours.ok() != outcome.reference.ok();
  return compare_outcome(dump, outcome);
}

using MakeCase = DumpCase (*)(std::size_t, Random&);
using CheckCase = std::optional<Failure> (*)(const Contestants&, const DumpCase&, Random, const Scratch&);

void report(const char* kind, const FailedCase& failed, const std::string& input) {
  std::printf("FAILED: %s\n%s\n%s\n", failed.failure.kind.c_str(), failed.failure.detail.c_str(),
              input.c_str());
  std::printf("again: CFSROOT_DIFF_SEED=%zu CFSROOT_DIFF_COUNT=1 differential %s BINDIR ORACLE\n",
              failed.number, kind);
}

int compare_dumps(const char* kind, const Contestants& tools, Plan plan, MakeCase make, CheckCase check) {
  auto failed = for_each_case(plan.seed, plan.count, [&](std::size_t number, const Scratch& scratch) {
    Random random(number);
    DumpCase dump = make(number, random);
    return check(tools, dump, random, scratch);
  });
  if (!failed) return EXIT_SUCCESS;

  std::printf("input %zu differs; making it smaller\n", failed->number);
  std::fflush(stdout);
  Random random(failed->number);
  DumpCase dump = make(failed->number, random);
  Scratch scratch;
  auto fails = [&](const std::string& text) {
    DumpCase smaller = dump;
    smaller.text = text;
    auto failure = check(tools, smaller, random, scratch);
    if (!failure || failure->kind != failed->failure.kind) return false;
    failed->failure = std::move(*failure);
    return true;
  };
  std::string smallest = minimise(dump.text, fails);
  report(kind, *failed, shell_words(dump.options) + (dump.strict ? " CFS_PARSE_STRICT=1" : "") +
                            " with this dump:\n" + smallest);
  return EXIT_FAILURE;
}

int compare_directories(const Contestants& tools, Plan plan) {
  auto failed = for_each_case(plan.seed, plan.count, [&](std::size_t number, const Scratch& scratch) {
    ++accepted;
    return check_directory(tools, number, scratch);
  });
  if (!failed) return EXIT_SUCCESS;
  report("directories", *failed, "");
  return EXIT_FAILURE;
}

int differential(const std::string& kind, const Contestants& tools) {
  Plan plan{number_from("CFSROOT_DIFF_SEED", 1), 0};
  // Dumps need no particular file system, and memory spares thousands of waits for the disk.
  if (kind != "directories" && ::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 0);
  int status;
  if (kind == "dumps") {
    plan.count = number_from("CFSROOT_DIFF_COUNT", 500);
    status = compare_dumps("dumps", tools, plan, valid_case, check_dump);
  } else if (kind == "mutations") {
    plan.count = number_from("CFSROOT_DIFF_COUNT", 2000);
    status = compare_dumps("mutations", tools, plan, damaged_case, check_damaged);
  } else if (kind == "directories") {
    plan.count = number_from("CFSROOT_DIFF_COUNT", 50);
    status = compare_directories(tools, plan);
  } else {
    give_up("no kind of input " + kind);
  }
  if (status != EXIT_SUCCESS) return status;
  std::printf("%zu %s, from seed %zu: no mismatch; %zu accepted by both, %zu deviations\n", plan.count,
              kind.c_str(), plan.seed, accepted.load(), deviations.load());
  // Valid dumps that both refuse prove little.
  if (kind == "dumps" && accepted < plan.count * 9 / 10) give_up("too few dumps are accepted");
  return EXIT_SUCCESS;
}

}  // namespace

}  // namespace conformance

int main(int argc, char** argv) {
  using namespace conformance;
  if (argc != 4) {
    std::fprintf(stderr, "usage: differential dumps|mutations|directories BINDIR ORACLE\n");
    return 2;
  }
  return differential(argv[1], {tools_in(argv[2]), tools_of_oracle(argv[3])});
}
