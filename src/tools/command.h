// SPDX-License-Identifier: LGPL-2.1-or-later

// What the subcommands of cfsroot have in common. Each declares its options once, on a CLI::App;
// from there come the parser, --help, the OPTIONS of its manual page and the completions
// (describe.h).

#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "fsverity/digest.h"

namespace cfs::tools {

using Json = nlohmann::ordered_json;

// How a command speaks. Plain: lines on standard output. With --json: one object there at the end,
// `{"version": 1, "command": NAME, …data…, "warnings": […], "error": …}`. Warnings, errors and
// progress go to standard error as text, progress as a bar if that is a terminal.
class Report {
 public:
  Report(std::string command, bool json) : command_(std::move(command)), json_(json) {}

  bool json() const { return json_; }
  // Members for --json; cheap enough to be filled always.
  Json& data() { return data_; }
  // One line for a human, nothing with --json. What a command has printed stays valid when it fails
  // later, so print results at the end.
  void line(std::string_view text);
  void warn(const std::string& text);
  // `done` of `total` units of `what` ("objects"); call as often as is convenient, from one thread.
  void progress(std::string_view what, u64 done, u64 total);

  // Ends the report; returns the exit status.
  int finish(const Result<>& result);
  // The same when the command line is wrong.
  int finish_usage(const std::string& text) { return end(&text, 2); }

 private:
  int end(const std::string* error, int status);
  void clear_bar();

  std::string command_;
  bool json_;
  Json data_ = Json::object();
  std::vector<std::string> warnings_;
  std::string phase_;
  u64 last_drawn_ms_ = 0;
  bool bar_ = false;
};

// 0 ok, 1 failed, 2 usage. Some failures have a status of their own, by the error's code:
//   3  EBADMSG: something is not what its digest says, a verification failed
//   4  ENOENT: not found
//   5  EOPNOTSUPP, ENOTTY, ENOSYS: the kernel, a file system or a program lacks an ability
int exit_status(const Error& error);

// Declares options and arguments on the app and returns what to do once they are parsed. The app
// outlives the call: options bind to variables that the returned function owns (shared_ptr).
using Run = std::function<Result<>(Report&)>;
struct Command {
  const char* name;
  const char* summary;  // one line, lower case, no full stop
  Run (*define)(CLI::App& app);
};

Run define_check_initramfs(CLI::App& app);
Run define_cmdline(CLI::App& app);
Run define_disk(CLI::App& app);
Run define_entry(CLI::App& app);
Run define_gc(CLI::App& app);
Run define_images(CLI::App& app);
Run define_import(CLI::App& app);
Run define_init(CLI::App& app);
Run define_remove(CLI::App& app);
Run define_seal(CLI::App& app);
Run define_status(CLI::App& app);
Run define_uki(CLI::App& app);
Run define_verify(CLI::App& app);

// What the parser does not see by itself and is a usage error all the same: `check` is called when
// all options are read, before the command runs. One per command.
void check_usage(CLI::App& app, std::function<Result<>()> check);
// An option that takes one of a few values, which help, manual page and completions list.
CLI::Option* add_choice(CLI::App& app, const std::string& names, const std::string& description,
                        const std::vector<std::string>& values,
                        std::function<void(const std::string&)> set);
// -a, --algorithm={sha256,sha512}; `alg` keeps its value without it.
void add_algorithm(CLI::App& app, HashAlg& alg);

}  // namespace cfs::tools
