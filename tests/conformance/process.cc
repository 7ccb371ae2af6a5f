// SPDX-License-Identifier: LGPL-2.1-or-later

#include "process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace conformance {

void give_up(std::string_view what) {
  std::fprintf(stderr, "%s: %.*s (last error: %s)\n", program_invocation_short_name,
               static_cast<int>(what.size()), what.data(), std::strerror(errno));
  std::exit(2);
}

std::string read_file(const std::string& path) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) give_up("cannot read " + path);
  std::string bytes;
  char buffer[65536];
  ssize_t n;
  while ((n = ::read(fd, buffer, sizeof buffer)) > 0) bytes.append(buffer, static_cast<std::size_t>(n));
  if (n < 0) give_up("cannot read " + path);
  ::close(fd);
  return bytes;
}

void write_file(const std::string& path, std::string_view bytes) {
  int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) give_up("cannot write " + path);
  while (!bytes.empty()) {
    ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0) give_up("cannot write " + path);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  ::close(fd);
}

std::string shell_words(const Command& words) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    if (!word.empty() && word.find_first_of(" \t\n'\"\\$`*?[]#~&|;<>(){}!") == word.npos) {
      line += word;
      continue;
    }
    line += '\'';
    for (char c : word) {
      if (c == '\'')
        line += "'\\''";
      else
        line += c;
    }
    line += '\'';
  }
  return line;
}

namespace {

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> list;
  for (std::string& word : words) list.push_back(word.data());
  list.push_back(nullptr);
  return list;
}

// Waits for the end of `child`, at most until the time is up.
void wait_for(pid_t child, int seconds, Run& run) {
  int fd = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));
  if (fd < 0) give_up("pidfd_open");
  pollfd ended{fd, POLLIN, 0};
  int ready;
  do ready = ::poll(&ended, 1, seconds * 1000);
  while (ready < 0 && errno == EINTR);
  if (ready == 0) ::kill(child, SIGKILL);
  ::close(fd);
  int status;
  rusage usage;
  if (::wait4(child, &status, 0, &usage) != child) give_up("wait4");
  run.status = ready == 0 ? Run::kHung : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  run.max_rss_kib = usage.ru_maxrss;
  auto seconds_of = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  run.cpu_seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

}  // namespace

Run run(const Command& command, const std::vector<std::string>& arguments,
        const std::string& scratch, const RunOptions& options) {
  std::vector<std::string> words = command;
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> environment = {"PATH=" + std::string(::getenv("PATH")), "LC_ALL=C"};
  environment.insert(environment.end(), options.environment.begin(), options.environment.end());
  std::string out = options.output.empty() ? scratch + "/stdout" : options.output;
  std::string err = scratch + "/stderr";
  std::string input = options.input.empty() ? "/dev/null" : options.input;

  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  constexpr int kFresh = O_WRONLY | O_CREAT | O_TRUNC;
  ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, input.c_str(), O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out.c_str(), kFresh, 0644);
  ::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, err.c_str(), kFresh, 0644);
  pid_t child;
  errno = ::posix_spawnp(&child, words[0].c_str(), &files, nullptr, pointers(words).data(),
                         pointers(environment).data());
  ::posix_spawn_file_actions_destroy(&files);
  if (errno != 0) give_up("cannot run " + words[0]);

  Run result;
  auto began = std::chrono::steady_clock::now();
  wait_for(child, options.seconds, result);
  result.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (options.output.empty()) result.out = read_file(out);
  result.err = read_file(err);
  return result;
}

}  // namespace conformance
