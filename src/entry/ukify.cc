// SPDX-License-Identifier: LGPL-2.1-or-later

#include "entry/ukify.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/directory.h"
#include "base/fd.h"
#include "base/output_file.h"
#include "base/program.h"
#include "base/text.h"
#include "entry/uki.h"

namespace cfs::entry {

namespace {

// A directory beside the output. Should we be killed, the next run that writes there removes it.
class WorkFolder {
 public:
  static Result<WorkFolder> beside(const std::string& output) {
    WorkFolder work;
    const PathParts at = split_path(output);
    std::string stem = cat(kTemporaryPrefix, at.name.substr(0, 200), ".");
    TRY_ASSIGN(work.parent_, open_file(at.folder, O_RDONLY | O_DIRECTORY));
    sweep_temporaries(work.parent_.get(), kTemporaryPrefix);
    auto temporary = create_temporary(work.parent_.get(), stem, true, 0700);
    if (!temporary)
      return in_context(cat("create a directory in `", at.folder, "`"), temporary.error());
    work.fd_ = std::move(temporary->fd);
    work.name_ = temporary->name;
    work.path_ = cat(at.folder, "/", temporary->name);
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

Result<> run(std::vector<std::string> words) {
  return run_program(std::move(words),
                     {.environment = {},
                      .files = {},
                      .advice = "install systemd-ukify, or say with --ukify where it is"});
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
  TRY(run(std::move(words)));
  if (::access(image.c_str(), F_OK) < 0)
    return fail_with(EIO, cat(parts.program, " wrote nothing, though its exit status was 0"));

  // Not what we asked for, but what it wrote: its other options may have changed it.
  TRY_ASSIGN(UkiLines lines, embedded_lines(image));
  if (auto result = check_lines(lines, digest); !result)
    return in_context("what ukify made", result.error());
  return copy(image, output);
}

}  // namespace cfs::entry
