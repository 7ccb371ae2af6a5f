// SPDX-License-Identifier: LGPL-2.1-or-later

// cost [--calls] COMMAND...
//
// Runs the command and prints one line for it on standard error, beside what it says itself:
//
//   user_us=N system_us=N wall_us=N peak_kib=N       its own time and memory, from its exec to its
//   end calls=N                                          with --calls: system calls, all threads
//
// Peak memory is VmHWM when it ends: ru_maxrss would have what this program had before the exec.
// Linked statically, so that it runs in any initramfs. Exit status: the command's.

#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "cost: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

long long now_us() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

long long us(const timeval& t) { return t.tv_sec * 1000000LL + t.tv_usec; }

// Of a process that is about to end, 0 for one that has no memory any more.
long peak_kib(pid_t process) {
  char path[64], line[256];
  std::snprintf(path, sizeof path, "/proc/%d/status", process);
  std::FILE* file = std::fopen(path, "re");
  if (!file) die(path);
  long kib = 0;
  while (std::fgets(line, sizeof line, file))
    if (std::sscanf(line, "VmHWM: %ld", &kib) == 1) break;
  std::fclose(file);
  return kib;
}

pid_t start(char** command) {
  pid_t process = fork();
  if (process < 0) die("fork");
  if (process == 0) {
    if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) < 0) die("ptrace");
    raise(SIGSTOP);
    execvp(command[0], command);
    die(command[0]);
  }
  int status;
  if (waitpid(process, &status, 0) < 0 || !WIFSTOPPED(status)) die("wait");
  const long options =
      PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXIT | PTRACE_O_TRACEEXEC | PTRACE_O_TRACECLONE;
  if (ptrace(PTRACE_SETOPTIONS, process, nullptr, options) < 0) die("ptrace");
  return process;
}

}  // namespace

int main(int argc, char** argv) {
  const bool count = argc > 1 && std::strcmp(argv[1], "--calls") == 0;
  char** command = argv + (count ? 2 : 1);
  if (argc < 2 || !*command) {
    std::fprintf(stderr, "usage: cost [--calls] COMMAND...\n");
    return 2;
  }
  const auto go_on = count ? PTRACE_SYSCALL : PTRACE_CONT;
  const pid_t process = start(command);
  long long began = 0, stops = 0;
  long peak = 0;
  rusage usage{}, before{};
  pid_t who = process;
  for (int signal = 0, status;;) {
    if (ptrace(go_on, who, nullptr, static_cast<long>(signal)) < 0 && errno != ESRCH) die("ptrace");
    signal = 0;
    who = wait4(-1, &status, __WALL, &usage);
    if (who < 0) die("wait");
    if (!WIFSTOPPED(status)) {
      if (who != process) continue;
      const int end = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      if (count)
        std::fprintf(stderr, "calls=%lld\n", stops / 2);
      else
        std::fprintf(stderr, "user_us=%lld system_us=%lld wall_us=%lld peak_kib=%ld\n",
                     us(usage.ru_utime) - us(before.ru_utime),
                     us(usage.ru_stime) - us(before.ru_stime), now_us() - began, peak);
      return end;
    }
    const int event = status >> 16;
    if (event == PTRACE_EVENT_EXEC && who == process) {
      before = usage;
      began = now_us();
      stops = 0;
    } else if (event == PTRACE_EVENT_EXIT) {
      if (who == process) peak = peak_kib(process);
    } else if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
      ++stops;
    } else if (event == 0 && WSTOPSIG(status) != SIGSTOP) {
      signal = WSTOPSIG(status);
    }
  }
}
