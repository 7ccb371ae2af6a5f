// SPDX-License-Identifier: LGPL-2.1-or-later

// The two sets of tools that are compared.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "process.h"

namespace conformance {

struct Tools {
  Command mkcomposefs, info;
  Command dump;  // composefs-dump; the reference package has none
};

// Those of a build's bin folder, and those that the oracle script names.
Tools tools_in(const std::string& folder);
Tools tools_of_oracle(const std::string& oracle);

// A disagreement. `kind` stays the same while the input is made smaller.
struct Failure {
  std::string kind;
  std::string detail;
};

// A private folder, removed at the end.
class Scratch {
 public:
  Scratch();
  Scratch(const Scratch&) = delete;
  ~Scratch();
  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// Calls check(case number, scratch folder) for first … first+count-1 on every CPU, until one fails:
// the lowest failing number's failure is returned.
struct FailedCase {
  std::size_t number;
  Failure failure;
};
std::optional<FailedCase> for_each_case(
    std::size_t first, std::size_t count,
    const std::function<std::optional<Failure>(std::size_t, const Scratch&)>& check);

// The value of an environment variable, a decimal number, or `otherwise`.
std::size_t number_from(const char* variable, std::size_t otherwise);

}  // namespace conformance
