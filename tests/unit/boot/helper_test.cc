// SPDX-License-Identifier: LGPL-2.1-or-later

// The helper as a process: what surrounds it must not matter, and whenever it dies nothing is left.

#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <functional>

#include "tests/unit/boot/rig.h"

namespace cfs::boot::test {
namespace {

std::string mounts() { return get("/proc/self/mountinfo"); }

fs::path helper() { return fs::path(CFS_BIN_DIR) / "composefs-setup-root"; }

struct Ran {
  int status;
  std::string out;
};

// Runs the helper after `prepare` in the child, with this environment.
Ran run(
    std::vector<std::string> arguments, const std::function<void()>& prepare = [] {},
    std::vector<const char*> environment = {}) {
  int pipe_fds[2];
  EXPECT_EQ(pipe(pipe_fds), 0);
  Fd read_end(pipe_fds[0]);
  pid_t child = fork();
  if (child == 0) {
    dup2(pipe_fds[1], 2);
    dup2(pipe_fds[1], 1);
    close(pipe_fds[0]);
    close(pipe_fds[1]);
    arguments.insert(arguments.begin(), "composefs-setup-root");
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    environment.push_back(nullptr);
    // Opened before: its folder may be closed to whom `prepare` makes us.
    int program = open(helper().c_str(), O_RDONLY | O_CLOEXEC);
    prepare();
    fexecve(program, argv.data(), const_cast<char**>(environment.data()));
    _exit(127);
  }
  close(pipe_fds[1]);
  Ran ran;
  ran.out = read_to_end(read_end.get()).value_or("");
  int status = 0;
  waitpid(child, &status, 0);
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return ran;
}

const std::string kWord = "composefs=" + std::string(64, 'a');

TEST(Helper, PrintsThePlan) {
  Ran ran = run({"--dry-run", "--cmdline", kWord});
  EXPECT_EQ(ran.status, 0);
  EXPECT_NE(ran.out.find("attach    in place of /sysroot"), std::string::npos) << ran.out;
}

TEST(Helper, HasTheExitStatusOfTheReason) {
  EXPECT_EQ(run({"--dry-run", "--cmdline", "composefs="}).status, 2);
  EXPECT_EQ(run({"--dry-run", "--cmdline", "composefs=?" + std::string(64, 'a')}).status, 3);
  EXPECT_EQ(run({"--dry-run", "--cmdline", kWord, "--config", "/no/such/file"}).status, 2);
  EXPECT_EQ(run({"--no-such-option"}).status, 2);
  EXPECT_EQ(run({"argument"}).status, 2);
  EXPECT_EQ(run({"--target", "/x"}).status, 2);
  EXPECT_EQ(run({"--help"}).status, 0);
}

TEST(Helper, AnEmptyValueIsAValue) {
  Ran ran = run({"--dry-run", "--target", "/x", "--cmdline", ""});
  EXPECT_EQ(ran.status, 2);
  EXPECT_NE(ran.out.find("REFUSED: no composefs= "), std::string::npos) << ran.out;
  for (std::string option : {"--sysroot", "--target", "--config"}) {
    ran = run({"--dry-run", "--cmdline", kWord, option, ""});
    EXPECT_EQ(ran.status, 2) << option;
    EXPECT_NE(ran.out.find(": an empty value for `" + option + "`"), std::string::npos) << ran.out;
  }
}

TEST(Helper, NamesTheBadOption) {
  for (auto [word, named] : {std::pair("-xv", "-x"), {"-vx", "-x"}, {"--xv", "--xv"}})
    EXPECT_NE(run({word}).out.find(std::string("bad option `") + named + "`"), std::string::npos)
        << run({word}).out;
}

TEST(Helper, SaysWhenItsOutputIsLost) {
  auto full = [] { dup2(open("/dev/full", O_WRONLY), 1); };
  for (std::vector<std::string> arguments :
       {std::vector<std::string>{"--help"}, {"--version"}, {"--dry-run", "--cmdline", kWord}}) {
    Ran ran = run(arguments, full);
    EXPECT_EQ(ran.status, 1) << arguments[0];
    EXPECT_NE(ran.out.find("cannot write to standard output: No space left"), std::string::npos)
        << ran.out;
  }
}

// T06: what looks like a word for init, or hides behind an odd blank, is the kernel's all the same.
TEST(Helper, GoesOnOnlyWhereNothingIsNamed) {
  for (std::string line :
       {"quiet", "xcomposefs=1 composefs.foo=1", "quiet -- composefs=1", "x=\"a composefs=1\""}) {
    Ran ran = run({"--if-named", "--cmdline", line});
    EXPECT_EQ(ran.status, 0) << line;
    EXPECT_EQ(ran.out, "") << line;
    EXPECT_EQ(run({"--dry-run", "--cmdline", line}).status, 2) << line;
  }
  for (std::string line : {"composefs", "composefs=", "composefs.signed=a/b", "root=x\vcomposefs=1",
                           "dyndbg=\"file a.c -- +p\" composefs=1", "x='a composefs.digest='"}) {
    Ran ran = run({"--if-named", "--dry-run", "--cmdline", line});
    EXPECT_EQ(ran.status, 2) << line;
    EXPECT_NE(ran.out.find("REFUSED"), std::string::npos) << line << ran.out;
  }
}

// T57
TEST(Helper, RefusesARunningSystem) {
  Ran ran = run({"--cmdline", kWord});
  EXPECT_EQ(ran.status, 2);
  EXPECT_NE(ran.out.find("composefs: REFUSED: this is a running system"), std::string::npos);
}

// T57
TEST(Helper, NeedsRoot) {
  Ran ran = run({"--dry-run", "--cmdline", kWord}, [] {
    if (setuid(65534)) abort();
  });
  EXPECT_EQ(ran.status, 1) << ran.out;
  EXPECT_NE(ran.out.find("needs root"), std::string::npos) << ran.out;
}

// T53
TEST(Helper, DoesNotCareAboutItsSurroundings) {
  Ran usual = run({"--dry-run", "--cmdline", kWord});
  std::vector<const char*> hostile = {
      "TMPDIR=/proc", "LC_ALL=xx_YY", "PATH=", "HOME=/x", "POSIXLY_CORRECT=1", "GCONV_PATH=/tmp"};
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // those are not static
  hostile.insert(hostile.end(), {"LD_PRELOAD=/no/such.so", "LD_LIBRARY_PATH=/tmp"});
#endif
  EXPECT_EQ(run(
                {"--dry-run", "--cmdline", kWord}, [] {}, hostile)
                .out,
            usual.out);
#if !defined(__SANITIZE_THREAD__)  // which needs more itself
  auto tight = [] {
    rlimit files{8, 8}, size{0, 0};
    setrlimit(RLIMIT_NOFILE, &files);
    setrlimit(RLIMIT_FSIZE, &size);
  };
  EXPECT_EQ(run({"--dry-run", "--cmdline", kWord}, tight).out, usual.out);
#endif
  EXPECT_EQ(run({"--dry-run", "--cmdline", kWord}, [] { close(0), close(1), close(2); }).status, 0);
  auto nobody_listens = [] {
    int ends[2];
    if (pipe(ends)) abort();
    close(ends[0]), dup2(ends[1], 2), signal(SIGPIPE, SIG_DFL);
  };
  EXPECT_EQ(run({"--dry-run", "--cmdline", "composefs="}, nobody_listens).status, 2);
}

class HelperOnADisk : public Rig {
 protected:
  // Lets a child assemble the root and kills it at the entry of system call number `n`. False when
  // it came to its end before.
  bool assemble_and_kill_at(int n, const sys::KernelCaps& caps) {
    pid_t child = fork();
    if (child == 0) {
      ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
      raise(SIGSTOP);
      _exit(assemble(config(), caps) ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_EXITKILL);
    for (int stops = 0; WIFSTOPPED(status); ++stops) {
      if (stops == 2 * n) {
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
        return true;
      }
      ptrace(PTRACE_SYSCALL, child, nullptr, nullptr);
      waitpid(child, &status, 0);
    }
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    return false;
  }

  void kill_everywhere(const sys::KernelCaps& caps) {
    std::string before = mounts();
    int n = 0;
    for (; assemble_and_kill_at(n, caps); ++n) {
      std::string after = mounts();
      if (after == before) continue;
      // Killed behind the attach the whole root is there; just before it nothing is, and the boot
      // ends for want of a root.
      if (after.find(sysroot_) != after.npos) {
        EXPECT_NE(after.find(" - overlay composefs:" + digest_.hex()), after.npos) << n << after;
        EXPECT_EQ(get(sysroot_ / "usr/lib/os-release"), "ID=rig\n");
      }
      start_again();
      before = mounts();
    }
    EXPECT_GT(n, 50);
    EXPECT_NE(mounts(), before) << "a run after all those kills works";
  }
};

// T37
TEST_F(HelperOnADisk, SaysWhatTheFileSystemLacks) {
  set_up(true);
  std::string before = mounts();
  Ran ran =
      run({"--sysroot", sysroot_, "--target", sysroot_, "--cmdline", "composefs=" + digest_.hex()});
  EXPECT_EQ(ran.status, 5) << ran.out;
  EXPECT_NE(ran.out.find("file system tmpfs "), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("; image " + digest_.hex().substr(0, 12) + "…; see "), std::string::npos)
      << ran.out;
  EXPECT_EQ(mounts(), before);
}

TEST_F(HelperOnADisk, SaysWhatIsMissing) {
  set_up();
  Ran ran = run({"--sysroot", sysroot_, "--target", sysroot_, "--cmdline", kWord});
  EXPECT_EQ(ran.status, 4) << ran.out;
  fs::remove_all(sysroot_ / "composefs");
  ran = run({"--sysroot", sysroot_, "--target", sysroot_, "--cmdline", kWord});
  EXPECT_EQ(ran.status, 4) << ran.out;
  EXPECT_NE(ran.out.find("no store"), std::string::npos) << ran.out;
}

// T57
TEST_F(HelperOnADisk, LeavesNothingWhereverItIsKilled) {
  set_up();
  kill_everywhere(caps());
}

// T57
TEST_F(HelperOnADisk, LeavesNothingWhereverItIsKilledOnOlderKernels) {
  set_up();
  sys::KernelCaps old = caps();
  old.detached_trees = false;
  kill_everywhere(old);
}

}  // namespace
}  // namespace cfs::boot::test
