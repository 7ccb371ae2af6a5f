// SPDX-License-Identifier: LGPL-2.1-or-later

#include "directories.h"

#include <sys/stat.h>

#include <filesystem>
#include <map>

#include "random_tree.h"

namespace conformance {

namespace {

namespace fs = std::filesystem;

// Everything below a folder: permissions, and what files contain.
std::map<std::string, std::string> contents_of(const std::string& folder) {
  std::map<std::string, std::string> contents;
  if (!fs::exists(folder)) return contents;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    struct stat st;
    if (::lstat(entry.path().c_str(), &st) != 0) give_up("stat " + entry.path().string());
    char mode[16];
    std::snprintf(mode, sizeof mode, "%o ", st.st_mode);
    contents[entry.path().lexically_relative(folder)] =
        mode + (S_ISREG(st.st_mode) ? read_file(entry.path()) : "");
  }
  return contents;
}

std::optional<Failure> compare_stores(const std::string& our_store, const std::string& reference_store) {
  auto ours = contents_of(our_store), reference = contents_of(reference_store);
  for (const auto& [name, content] : reference)
    if (!ours.contains(name)) return Failure{"store", "ours lacks " + name};
  for (const auto& [name, content] : ours) {
    if (!reference.contains(name)) return Failure{"store", "the reference lacks " + name};
    if (reference[name] != content) return Failure{"store", name + " differs in mode or content"};
  }
  return {};
}

std::vector<std::string> random_options(Random& random) {
  static const std::vector<std::string> kVersions[] = {{}, {}, {"--min-version=1"}, {"--min-version=0"}};
  std::vector<std::string> options = random.pick(kVersions);
  if (random.percent(20)) options.emplace_back("--use-epoch");
  if (random.percent(20)) options.emplace_back("--skip-devices");
  if (random.percent(30)) options.emplace_back(random.percent(50) ? "--skip-xattrs" : "--user-xattrs");
  return options;
}

}  // namespace

std::optional<Failure> check_directory(const Contestants& tools, std::size_t seed,
                                       const Scratch& scratch) {
  Random random(seed);
  std::string folder = scratch / std::to_string(seed), source = folder + "/tree";
  fs::create_directories(source);
  random_tree(source, random.pick({3u, 30u, 100u, 300u}), random);

  std::vector<std::string> options = random_options(random);
  bool with_store = random.percent(75);
  auto make = [&](const Tools& by, const std::string& name, std::size_t threads) {
    auto arguments = options;
    arguments.insert(arguments.end(), {"--threads=" + std::to_string(threads), "--print-digest"});
    if (with_store) arguments.push_back("--digest-store=" + folder + "/" + name + ".store");
    arguments.insert(arguments.end(), {source, folder + "/" + name});
    return run(by.mkcomposefs, arguments, scratch.path());
  };
  Run reference = make(tools.reference, "reference", random.between(1, 4));
  std::string reference_image = folder + "/reference";
  auto failure = [&]() -> std::optional<Failure> {
    // Twice: with another number of threads, and into a store that is there already.
    for (std::size_t threads : {random.between(1, 2), random.between(3, 9)}) {
      Outcome outcome{make(tools.ours, "ours", threads), reference, folder + "/ours", reference_image};
      if (auto found = compare_outcome({}, outcome)) return found;
      if (auto found = compare_stores(folder + "/ours.store", folder + "/reference.store"))
        return found;
    }
    if (!reference.ok()) return {};
    if (auto found = compare_info(tools, folder + "/ours", reference_image, random, scratch))
      return found;
    return check_image(tools, folder + "/ours", false, scratch);
  }();
  if (failure) {
    failure->detail += "\noptions: " + shell_words(options) + (with_store ? " with a store" : "");
    if (reference.ok())
      failure->detail += "\nthe reference's dump:\n" +
                         run(tools.reference.info, {"dump", reference_image}, scratch.path()).out.substr(0, 4000);
  }
  fs::remove_all(folder);
  return failure;
}

}  // namespace conformance
