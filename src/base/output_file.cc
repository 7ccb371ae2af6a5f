// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/output_file.h"

#include <linux/magic.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/directory.h"
#include "base/text.h"

namespace cfs {

namespace {

// No temporary of ours has more levels of directories.
constexpr int kDeepestTemporary = 4;

// Follows the final symlinks of `path` by hand, because the last one may dangle (the target is then
// created) and because a magic link of /proc must be opened, never read.
Result<std::string> follow(std::string path, bool& magic) {
  magic = false;
  for (int hops = 0; hops < 40; ++hops) {
    struct stat st;
    if (::lstat(path.c_str(), &st) < 0) {
      if (errno == ENOENT) return path;
      return fail_with(errno, Error::describe(errno));
    }
    if (!S_ISLNK(st.st_mode)) return path;
    PathParts at = split_path(path);
    struct statfs fs;
    if (::statfs(at.folder.c_str(), &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC) {
      magic = true;
      return path;
    }
    std::string link(static_cast<std::size_t>(4096), '\0');
    ssize_t n = ::readlink(path.c_str(), link.data(), link.size());
    if (n < 0) return fail_with(errno, Error::describe(errno));
    link.resize(static_cast<std::size_t>(n));
    path = link.starts_with('/') ? link : cat(at.folder, "/", link);
  }
  return fail_with(ELOOP, Error::describe(ELOOP));
}

// `depth` levels of directories, no more: somebody else may have planted what has our prefix, and
// every level takes a descriptor.
void remove_tree(int dir, const char* name, int depth) {
  if (::unlinkat(dir, name, 0) == 0 || errno != EISDIR || depth == 0) return;
  auto fd = open_at(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  auto entries = fd ? list_directory(fd->get()) : tl::make_unexpected(fd.error());
  if (!entries) return;
  for (const auto& [inner, type] : *entries) remove_tree(fd->get(), inner.c_str(), depth - 1);
  ::unlinkat(dir, name, AT_REMOVEDIR);
}

// As create_temporary() names them: STEM, which ends with a dot, and 12 hex digits.
bool is_temporary(std::string_view name) {
  if (!name.starts_with(kTemporaryPrefix) || name.size() < kTemporaryPrefix.size() + 12)
    return false;
  std::string_view random = name.substr(name.size() - 12);
  return name[name.size() - 13] == '.' &&
         std::all_of(random.begin(), random.end(), [](char c) { return hex_digit(c) >= 0; });
}

}  // namespace

Result<Temporary> create_temporary(int dir, std::string_view stem, bool directory, unsigned mode) {
  for (int tries = 0; tries < 100; ++tries) {
    u8 random[6];
    if (::getrandom(random, sizeof random, 0) != sizeof random) return fail(errno, "getrandom");
    std::string name = cat(stem, to_hex(std::as_bytes(std::span(random))));
    if (directory && ::mkdirat(dir, name.c_str(), mode) < 0) {
      if (errno == EEXIST) continue;
      return fail_with(errno, Error::describe(errno));
    }
    int flags = directory ? O_RDONLY | O_DIRECTORY | O_NOFOLLOW : O_RDWR | O_CREAT | O_EXCL;
    Fd fd(::openat(dir, name.c_str(), flags | O_CLOEXEC, mode));
    if (!fd) {
      if (errno == EEXIST || (directory && errno == ENOENT)) continue;
      int code = errno;
      if (directory) ::unlinkat(dir, name.c_str(), AT_REMOVEDIR);
      return fail_with(code, Error::describe(code));
    }
    struct stat st;
    bool locked = ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0 && ::fstat(fd.get(), &st) == 0;
    int code = locked ? 0 : errno;
    if (locked && st.st_nlink > 0) return Temporary{std::move(name), std::move(fd)};
    // Another run's sweep can slip in between creation and lock; then the name is gone: next one.
    ::unlinkat(dir, name.c_str(), directory ? AT_REMOVEDIR : 0);
    if (!locked && code != EWOULDBLOCK) return fail(code, "lock a temporary file");
  }
  return fail_with(EEXIST, "no free temporary name");
}

void sweep_temporaries(int dir, std::string_view stem) {
  auto entries = list_directory(dir);
  if (!entries) return;  // the next run may do better
  for (const auto& [name, type] : *entries) {
    if (!name.starts_with(stem) || !is_temporary(name)) continue;
    auto fd = open_at(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (fd && ::flock(fd->get(), LOCK_EX | LOCK_NB) == 0)
      remove_tree(dir, name.c_str(), kDeepestTemporary);
  }
}

Result<OutputFile> OutputFile::create(const std::string& path) {
  OutputFile out;
  bool magic = false;
  TRY_ASSIGN(std::string final_path, follow(path, magic));
  struct stat st;
  bool exists = ::stat(final_path.c_str(), &st) == 0;
  if (magic || (exists && !S_ISREG(st.st_mode))) {
    int fd = ::open(final_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) return fail_with(errno, Error::describe(errno));
    out.fd_ = Fd(fd);
    return out;
  }
  if (exists && ::access(final_path.c_str(), W_OK) < 0)
    return fail_with(errno, Error::describe(errno));
  PathParts target = split_path(final_path);
  if (target.name.empty()) return fail_with(EISDIR, Error::describe(EISDIR));
  out.dir_ = Fd(::open(target.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!out.dir_) return fail_with(errno, Error::describe(errno));
  out.name_ = target.name;
  // Long names are cut so that the temporary's stays within NAME_MAX.
  std::string stem = cat(kTemporaryPrefix, target.name.substr(0, 200), ".");
  sweep_temporaries(out.dir_.get(), kTemporaryPrefix);
  TRY_ASSIGN(auto temporary, create_temporary(out.dir_.get(), stem, false, 0644));
  if (exists && ::fchmod(temporary.fd.get(), st.st_mode & 07777) < 0)
    return fail_with(errno, Error::describe(errno));
  out.fd_ = std::move(temporary.fd);
  out.temporary_ = std::move(temporary.name);
  return out;
}

OutputFile OutputFile::over(int fd) {
  OutputFile out;
  out.borrowed_ = fd;
  return out;
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : fd_(std::move(other.fd_)),
      borrowed_(other.borrowed_),
      dir_(std::move(other.dir_)),
      name_(std::move(other.name_)),
      temporary_(std::exchange(other.temporary_, {})) {}

OutputFile::~OutputFile() {
  if (!temporary_.empty()) ::unlinkat(dir_.get(), temporary_.c_str(), 0);
}

Result<> OutputFile::commit() {
  // Pipes and terminals cannot be synced (EINVAL, EROFS): nothing to make durable there.
  if (::fsync(fd()) < 0 && errno != EINVAL && errno != EROFS)
    return fail_with(errno, Error::describe(errno));
  if (temporary_.empty()) return {};
  if (::renameat(dir_.get(), temporary_.c_str(), dir_.get(), name_.c_str()) < 0)
    return fail_with(errno, Error::describe(errno));
  temporary_.clear();
  if (::fsync(dir_.get()) < 0) return fail_with(errno, Error::describe(errno));
  return {};
}

}  // namespace cfs
