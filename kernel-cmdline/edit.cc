// SPDX-License-Identifier: LGPL-2.1-or-later

#include "kernel-cmdline/edit.h"

#include <algorithm>

#include "base/text.h"

namespace cfs::kernel_cmdline {

namespace {

constexpr std::string_view kNames[] = {
#define CFS_PARAMETER(identifier, name, value, count, meaning) name,
#include "kernel-cmdline/parameters.def"
#undef CFS_PARAMETER
};

}  // namespace

bool is_ours(const Parameter& parameter) {
  return std::find(std::begin(kNames), std::end(kNames), parameter.name) != std::end(kNames);
}

std::string word_for(const Digest& digest, Spelling spelling) {
  if (spelling == Spelling::kPlain) return cat("composefs=", digest.hex());
  return cat("composefs.digest=v1-", fsverity::name(digest.alg), "-12:", digest.hex());
}

std::string with_added(std::string_view line, std::string_view word) {
  const std::vector<Parameter> parameters = split(line);
  if (parameters.empty()) return cat(word, line.empty() ? "" : " ", line);
  const Parameter& last = parameters.back();
  // What follows a quote that is never closed would be inside it.
  std::string_view text = line.substr(last.begin, last.end - last.begin);
  if (std::count(text.begin(), text.end(), '"') % 2 != 0)
    return cat(line.substr(0, last.begin), word, " ", line.substr(last.begin));
  return cat(line.substr(0, last.end), " ", word, line.substr(last.end));
}

std::string with_word(std::string_view line, std::string_view word) {
  std::string out;
  bool placed = false;
  std::size_t copied = 0, previous = 0;  // up to where; the end of the parameter before
  for (const Parameter& parameter : split(line)) {
    if (is_ours(parameter)) {
      // Further ones go together with the blanks in front of them.
      std::size_t until = placed ? previous : parameter.begin;
      out += line.substr(copied, until - copied);
      if (!placed) out += word;
      placed = true;
      copied = parameter.end;
    }
    previous = parameter.end;
  }
  return placed ? out.append(line.substr(copied)) : with_added(line, word);
}

Result<> check_length(std::string_view line) {
  if (line.size() <= kLongestLine) return {};
  return fail_with(EINVAL,
                   cat("command line: ", line.size(), " bytes, the kernel reads ", kLongestLine));
}

}  // namespace cfs::kernel_cmdline
