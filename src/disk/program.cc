// SPDX-License-Identifier: LGPL-2.1-or-later

#include "disk/program.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/fd.h"
#include "base/text.h"

namespace cfs::disk {

namespace {

// An error message needs the last lines only.
std::string last_lines(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  constexpr std::size_t kEnough = 400;
  if (text.size() > kEnough) text.remove_prefix(text.size() - kEnough);
  return std::string(text);
}

std::string find_program(const std::string& name) {
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

Result<> run_program(const std::vector<std::string>& words, std::vector<std::string> environment,
                     const std::vector<int>& files, const char* package) {
  const std::string& name = words.front();
  std::string file = find_program(name);
  if (file.empty())
    return fail_with(ENOENT,
                     cat("no program ", name, "; install the package ", std::string_view(package)));
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0) return fail(errno, "pipe");
  Fd said(ends[0]), say(ends[1]);
  // Out of the way first: one may have a number that another is to get.
  std::vector<Fd> moved;
  for (int handed : files) {
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
  std::vector<std::string> arguments = words;
  environment.push_back("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
  pid_t pid = 0;
  int code = ::posix_spawn(&pid, file.c_str(), &actions, nullptr, pointers(arguments).data(),
                           pointers(environment).data());
  ::posix_spawn_file_actions_destroy(&actions);
  say.reset();
  if (code != 0) return fail(code, name);
  auto output = read_to_end(said.get());
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return fail_with(EIO, cat(name, " failed: ", output ? last_lines(*output) : output.error().text));
}

}  // namespace cfs::disk
