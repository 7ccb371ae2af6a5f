// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/program.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/fd.h"
#include "base/text.h"

namespace cfs {

namespace {

// The last line that says something.
std::string last_words(std::string_view text) {
  text = text.substr(0, text.find_last_not_of(" \r\n") + 1);
  std::string line(text.substr(text.rfind('\n') + 1, 300));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<u8>(c) < ' '; }, '?');
  return line;
}

std::string outcome(int status) {
  if (WIFEXITED(status)) return cat("exit status ", WEXITSTATUS(status));
  return cat("killed by signal ", WTERMSIG(status), " (",
             std::string_view(::strsignal(WTERMSIG(status))), ")");
}

std::string find_program(const std::string& name) {
  if (name.find('/') != name.npos) return ::access(name.c_str(), F_OK) == 0 ? name : "";
  const char* path = ::getenv("PATH");
  std::string all = cat(std::string_view(path ? path : "/usr/bin:/bin"), ":/usr/sbin:/sbin");
  for (std::size_t at = 0; at <= all.size();) {
    std::size_t end = std::min(all.find(':', at), all.size());
    std::string file = cat(all.substr(at, end - at), "/", name);
    if (file.size() > name.size() + 1 && ::access(file.c_str(), X_OK) == 0) return file;
    at = end + 1;
  }
  return {};
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (std::string& each : strings) result.push_back(each.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

Result<> run_program(std::vector<std::string> words, ProgramOptions options) {
  const std::string name = words.front(), file = find_program(name);
  if (file.empty()) return fail_with(ENOSYS, cat("no program `", name, "`: ", options.advice));
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0) return fail(errno, "pipe");
  Fd said(ends[0]), say(ends[1]);
  // Out of the way first: one may have a number that another is to get.
  std::vector<Fd> moved;
  for (int handed : options.files) {
    moved.emplace_back(::fcntl(handed, F_DUPFD_CLOEXEC, 64));
    if (!moved.back()) return fail(errno, "dup");
  }
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, say.get(), 1);
  ::posix_spawn_file_actions_adddup2(&actions, say.get(), 2);
  for (std::size_t i = 0; i < moved.size(); ++i)
    ::posix_spawn_file_actions_adddup2(&actions, moved[i].get(), static_cast<int>(3 + i));
  std::vector<char*> environment;
  if (options.environment) {
    options.environment->push_back("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
    environment = pointers(*options.environment);
  }
  pid_t pid = 0;
  int code = ::posix_spawn(&pid, file.c_str(), &actions, nullptr, pointers(words).data(),
                           options.environment ? environment.data() : ::environ);
  ::posix_spawn_file_actions_destroy(&actions);
  say.reset();
  if (code != 0) return fail(code, cat("run `", name, "`"));
  auto output = read_to_end(said.get());
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  std::string words_said = output ? last_words(*output) : output.error().text;
  return fail_with(
      EIO, cat(name, " failed, ", outcome(status), words_said.empty() ? "" : ": ", words_said));
}

}  // namespace cfs
