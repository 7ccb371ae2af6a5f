// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tools.h"

#include <sched.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <sstream>
#include <thread>

namespace conformance {

Tools tools_in(const std::string& folder) {
  return {{folder + "/mkcomposefs"}, {folder + "/composefs-info"}, {folder + "/composefs-dump"}};
}

Tools tools_of_oracle(const std::string& oracle) {
  Scratch scratch;
  auto command = [&](const std::string& tool) {
    std::vector<std::string> environment;
    for (const char* name : {"HOME", "CFSROOT_CACHE", "XDG_CACHE_HOME", "DEBIAN_MIRROR"})
      if (const char* value = std::getenv(name)) environment.push_back(std::string(name) + "=" + value);
    Run asked = run({oracle}, {"--command", tool}, scratch.path(),
                    {.input = "", .environment = environment, .seconds = 600});
    if (!asked.ok()) give_up("the oracle does not work: " + asked.err);
    std::istringstream lines(asked.out);
    Command words;
    for (std::string word; std::getline(lines, word);) words.push_back(word);
    return words;
  };
  return {command("mkcomposefs"), command("composefs-info"), {}};
}

Scratch::Scratch() {
  path_ = (std::filesystem::temp_directory_path() / "cfs-conformance.XXXXXX").string();
  if (!::mkdtemp(path_.data())) give_up("mkdtemp " + path_);
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::optional<FailedCase> for_each_case(
    std::size_t first, std::size_t count,
    const std::function<std::optional<Failure>(std::size_t, const Scratch&)>& check) {
  std::atomic<std::size_t> next{first};
  std::mutex mutex;
  std::optional<FailedCase> failed;
  auto work = [&] {
    Scratch scratch;
    for (std::size_t number; (number = next++) < first + count;) {
      auto failure = check(number, scratch);
      if (!failure) continue;
      std::lock_guard lock(mutex);
      if (!failed || number < failed->number) failed = FailedCase{number, std::move(*failure)};
      next = first + count;
    }
  };
  cpu_set_t cpus;
  ::sched_getaffinity(0, sizeof cpus, &cpus);
  std::vector<std::thread> threads(static_cast<std::size_t>(CPU_COUNT(&cpus)));
  for (std::thread& thread : threads) thread = std::thread(work);
  for (std::thread& thread : threads) thread.join();
  return failed;
}

std::size_t number_from(const char* variable, std::size_t otherwise) {
  const char* text = std::getenv(variable);
  if (!text || !*text) return otherwise;
  char* end;
  auto value = std::strtoull(text, &end, 10);
  if (*end) give_up(std::string(variable) + " must be a decimal number");
  return value;
}

}  // namespace conformance
