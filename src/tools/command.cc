// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tools/command.h"

#include <unistd.h>

#include <CLI/CLI.hpp>  // validators are in another of its parts since 2.6
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "base/text.h"

namespace cfs::tools {

namespace {

// One that is known to do more than print.
bool on_terminal() {
  static const char* type = std::getenv("TERM");
  static const bool yes = type && type != std::string_view("dumb") && ::isatty(STDERR_FILENO);
  return yes;
}

// https://no-color.org: set and not empty means none.
std::string bold(std::string_view text) {
  static const char* no_color = std::getenv("NO_COLOR");
  static const bool plain = !on_terminal() || (no_color && *no_color);
  return plain ? std::string(text) : cat("\x1b[1m", text, "\x1b[0m");
}

u64 now_ms() {
  return static_cast<u64>(std::chrono::duration_cast<std::chrono::milliseconds>(
                              std::chrono::steady_clock::now().time_since_epoch())
                              .count());
}

}  // namespace

void Report::line(std::string_view text) {
  if (json_) return;
  clear_bar();
  std::printf("%.*s\n", static_cast<int>(text.size()), text.data());
}

void Report::warn(const std::string& text) {
  clear_bar();
  std::fprintf(stderr, "cfsroot %s: %s %s\n", command_.c_str(), bold("warning:").c_str(),
               text.c_str());
  warnings_.push_back(text);
}

void Report::progress(std::string_view what, u64 done, u64 total) {
  const bool begins = phase_ != what;
  phase_ = what;
  if (!on_terminal()) {
    if (begins && !json_)
      std::fprintf(stderr, "cfsroot %s: %s: %llu\n", command_.c_str(), phase_.c_str(),
                   static_cast<unsigned long long>(total));
    return;
  }
  constexpr u64 kBetweenMs = 100;
  const u64 now = now_ms();
  if (!begins && done != total && now < last_drawn_ms_ + kBetweenMs) return;
  last_drawn_ms_ = now;
  constexpr std::size_t kWidth = 40;
  const std::size_t filled = total ? static_cast<std::size_t>(done * kWidth / total) : kWidth;
  std::fprintf(stderr, "\r\x1b[K%s [%s%s] %llu of %llu", phase_.c_str(),
               bold(std::string(filled, '=')).c_str(), std::string(kWidth - filled, ' ').c_str(),
               static_cast<unsigned long long>(done), static_cast<unsigned long long>(total));
  std::fflush(stderr);
  bar_ = true;
}

void Report::clear_bar() {
  if (!bar_) return;
  std::fputs("\r\x1b[K", stderr);
  bar_ = false;
}

int Report::finish(const Result<>& result) {
  if (result) return end(nullptr, EXIT_SUCCESS);
  return end(&result.error().text, exit_status(result.error()));
}

int Report::end(const std::string* error, int status) {
  clear_bar();
  const auto complain = [this](const char* text) {
    std::fprintf(stderr, "cfsroot%s%s: %s\n", command_.empty() ? "" : " ", command_.c_str(), text);
  };
  if (error) complain(error->c_str());
  if (json_) {
    Json all = {{"version", 1}, {"command", command_}};
    all.update(data_);
    all["warnings"] = warnings_;
    if (error) all["error"] = {{"text", *error}, {"status", status}};
    // Names of files may be any bytes; JSON may not.
    std::puts(all.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout)) {
    complain("cannot write to standard output");
    if (status == EXIT_SUCCESS) status = EXIT_FAILURE;
  }
  return status;
}

int exit_status(const Error& error) {
  switch (error.code) {
    case EBADMSG:
      return 3;
    case ENOENT:
      return 4;
    case EOPNOTSUPP:
    case ENOTTY:
    case ENOSYS:
      return 5;
    default:
      return 1;
  }
}

void check_usage(CLI::App& app, std::function<Result<>()> check) {
  app.callback([check = std::move(check)] {
    if (auto good = check(); !good) throw CLI::ValidationError(good.error().text);
  });
}

CLI::Option* add_choice(CLI::App& app, const std::string& names, const std::string& description,
                        const std::vector<std::string>& values,
                        std::function<void(const std::string&)> set) {
  std::string list;
  for (const std::string& value : values) list += cat(list.empty() ? "{" : ",", value);
  CLI::Validator known = CLI::IsMember(values);
  known.description("");  // the type says it
  return app.add_option_function<std::string>(names, std::move(set), description)
      ->check(known)
      ->type_name(cat(list, "}"));
}

void add_algorithm(CLI::App& app, HashAlg& alg) {
  add_choice(app, "-a,--algorithm", "hash of fs-verity (default: sha256)", {"sha256", "sha512"},
             [&alg](const std::string& name) {
               alg = name == "sha512" ? HashAlg::kSha512 : HashAlg::kSha256;
             });
}

}  // namespace cfs::tools
