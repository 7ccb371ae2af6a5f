// SPDX-License-Identifier: LGPL-2.1-or-later

#include "entry/ukify.h"

#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/fd.h"
#include "base/output_file.h"
#include "base/text.h"
#include "entry/uki.h"

namespace cfs::entry {

namespace {

// A directory beside the output. Should we be killed, the next run that writes there removes it.
class WorkFolder {
 public:
  static Result<WorkFolder> beside(const std::string& output) {
    WorkFolder work;
    auto slash = output.rfind('/');
    std::string parent = slash == output.npos ? "." : output.substr(0, slash + 1);
    std::string stem = cat(kTemporaryPrefix, output.substr(slash + 1).substr(0, 200), ".");
    TRY_ASSIGN(work.parent_, open_file(parent, O_RDONLY | O_DIRECTORY));
    sweep_temporaries(work.parent_.get(), kTemporaryPrefix);
    auto temporary = create_temporary(work.parent_.get(), stem, true, 0700);
    if (!temporary)
      return in_context(cat("create a directory in `", parent, "`"), temporary.error());
    work.fd_ = std::move(temporary->fd);
    work.name_ = temporary->name;
    work.path_ = cat(parent, "/", temporary->name);
    return work;
  }
  WorkFolder(WorkFolder&&) = default;
  ~WorkFolder() {
    if (!fd_) return;
    fd_.reset();  // its lock
    sweep_temporaries(parent_.get(), name_.substr(0, name_.size() - 12));
  }
  const std::string& path() const { return path_; }

 private:
  WorkFolder() = default;
  Fd parent_, fd_;
  std::string name_, path_;
};

Result<> put(const std::string& path, std::string_view text) {
  TRY_ASSIGN(Fd fd, open_file(path, O_WRONLY | O_CREAT | O_EXCL, 0600));
  auto written = write_all(fd.get(), as_bytes(text));
  return written ? Result<>{} : in_context(path, written.error());
}

// The last line that says something.
std::string last_words(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  std::string line(text.substr(text.rfind('\n') + 1, 300));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<u8>(c) < ' '; }, '?');
  return line;
}

// With our environment, its output in the file `log`.
Result<> run(std::vector<std::string> words, const std::string& log) {
  const std::string program = words.front();
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT, 0600);
  ::posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t pid = 0;
  int code = ::posix_spawnp(&pid, program.c_str(), &actions, nullptr, arguments.data(), ::environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (code == ENOENT)
    return fail_with(ENOSYS, cat("no program `", program,
                                 "`: install systemd-ukify, or say with --ukify where it is"));
  if (code != 0) return fail(code, cat("run `", program, "`"));
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return fail(errno, "waitpid");
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  auto said = read_file(log, 16 << 20);
  return fail_with(EIO, cat(program, " failed: ", said ? last_words(*said) : said.error().text));
}

Result<> copy(const std::string& from, const std::string& to) {
  TRY_ASSIGN(Fd fd, open_file(from, O_RDONLY));
  TRY_ASSIGN(Mapping file, Mapping::of(fd.get()));
  auto out = OutputFile::create(to);
  if (!out) return in_context(to, out.error());
  auto result = write_all(out->fd(), file.bytes());
  if (result) result = out->commit();
  return result ? Result<>{} : in_context(to, result.error());
}

// ukify's own message about a missing file is a Python traceback.
Result<> check_readable(const std::string& path) {
  TRY_ASSIGN(Fd fd, open_file(path, O_RDONLY));
  struct stat st;
  if (::fstat(fd.get(), &st) < 0) return fail(errno, path);
  if (!S_ISREG(st.st_mode)) return fail_with(EINVAL, cat(path, ": is not a file"));
  return {};
}

}  // namespace

Result<> build_uki(const UkiParts& parts, const Digest& digest, const std::string& output) {
  TRY(check_readable(parts.kernel));
  for (const std::string& initrd : parts.initrds) TRY(check_readable(initrd));
  if (!parts.os_release.empty()) TRY(check_readable(parts.os_release));
  TRY_ASSIGN(WorkFolder work, WorkFolder::beside(output));
  const std::string cmdline = work.path() + "/cmdline", image = work.path() + "/image";
  // From a file ukify takes every byte; on its own command line it joins blanks.
  TRY(put(cmdline, parts.cmdline));
  std::vector<std::string> words = {parts.program, "build", cat("--linux=", parts.kernel)};
  for (const std::string& initrd : parts.initrds) words.push_back(cat("--initrd=", initrd));
  words.push_back(cat("--cmdline=@", cmdline));
  if (!parts.os_release.empty()) words.push_back(cat("--os-release=@", parts.os_release));
  words.insert(words.end(), parts.other.begin(), parts.other.end());
  words.push_back(cat("--output=", image));
  TRY(run(std::move(words), work.path() + "/log"));

  // Not what we asked for, but what it wrote: its other options may have changed it.
  TRY_ASSIGN(UkiLines lines, embedded_lines(image));
  if (auto result = check_lines(lines, digest); !result)
    return in_context("what ukify made", result.error());
  return copy(image, output);
}

}  // namespace cfs::entry
