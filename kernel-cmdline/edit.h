// SPDX-License-Identifier: LGPL-2.1-or-later

// Putting a digest onto a command line that somebody else wrote.

#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "fsverity/digest.h"
#include "kernel-cmdline/cmdline.h"

namespace cfs::kernel_cmdline {

// One of parameters.def: composefs, composefs.digest, composefs.signed.
bool is_ours(const Parameter& parameter);

enum class Spelling {
  kPlain,  // composefs=HEX
  kTyped,  // composefs.digest=v1-ALG-12:HEX, which the kernel does not warn about
};
std::string word_for(const Digest& digest, Spelling spelling);

// `line` with `word` behind the kernel's last word, in front of a bare `--`; every other byte
// stays.
std::string with_added(std::string_view line, std::string_view word);

// `line` with `word`, which has no blank and no quote, as its only word of ours: in place of the
// first one, or behind the kernel's last word. Everything else keeps its bytes: other words with
// their quotes, the blanks between them, what is behind a bare `--`. Takes any bytes.
std::string with_word(std::string_view line, std::string_view word);

// COMMAND_LINE_SIZE of x86 and arm64 is 2048 with the zero byte; the kernel cuts off the rest, and
// our word may be in it.
inline constexpr std::size_t kLongestLine = 2047;
// EINVAL if `line` is longer.
Result<> check_length(std::string_view line);

}  // namespace cfs::kernel_cmdline
