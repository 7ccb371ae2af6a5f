// SPDX-License-Identifier: LGPL-2.1-or-later

// Running the programs under test.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace conformance {

// The words that start a program; arguments are appended to them.
using Command = std::vector<std::string>;

struct Run {
  int status = -1;  // exit status, 128 + N after signal N, or kHung
  long max_rss_kib = 0;  // at least what this program has had itself: Linux counts from the start
  double cpu_seconds = 0;
  double wall_seconds = 0;
  std::string out;
  std::string err;

  static constexpr int kHung = -2;
  bool ok() const { return status == 0; }
};

struct RunOptions {
  std::string input;                     // standard input comes from this file, if any
  std::vector<std::string> environment;  // NAME=VALUE, on top of PATH and LC_ALL=C
  int seconds = 20;                      // then the program is killed: kHung
  std::string output = {};               // standard output goes to this file and is not read
};

// Runs `command` with `arguments`; `scratch` is a directory where its output goes meanwhile.
Run run(const Command& command, const std::vector<std::string>& arguments,
        const std::string& scratch, const RunOptions& options = {});

// Small files as a whole. A file that cannot be read or written ends the program with a message.
std::string read_file(const std::string& path);
void write_file(const std::string& path, std::string_view bytes);

// Says what is wrong with the test itself, and ends it.
[[noreturn]] void give_up(std::string_view what);

// "WORD 'WORD WITH SPACES'", to be pasted into a shell.
std::string shell_words(const Command& words);

}  // namespace conformance
