// SPDX-License-Identifier: LGPL-2.1-or-later

// Descriptors and whole-file input and output. Everything opened here is close-on-exec; interrupted
// calls are restarted, close is never retried.

#pragma once

#include <fcntl.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace cfs {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  void reset();

 private:
  int fd_ = -1;
};

// openat with O_CLOEXEC. The error's text is "open `PATH`: STRERROR".
Result<Fd> open_at(int dir, const std::string& path, int flags, unsigned mode = 0);
inline Result<Fd> open_file(const std::string& path, int flags, unsigned mode = 0) {
  return open_at(AT_FDCWD, path, flags, mode);
}

// The same for a relative path of any length, without following a symlink at its end.
Result<Fd> open_deep(int dir, std::string_view path, int flags);

// Opening paths that somebody else may have prepared (openat2, Linux 5.6).
//
// Opens `path` below the directory `dir`: never above it, through no link of any kind, onto no other
// mount. A symlink on the way is ELOOP, a mount EXDEV. The error's text is "open `PATH`: STRERROR".
Result<Fd> open_beneath(int dir, const std::string& path, int flags);
// Opens `path` as a program would whose root is `root`: symlinks are followed, never out of it.
Result<Fd> open_in_root(int root, const std::string& path, int flags);

// Writes everything or fails; the error's text is the bare strerror.
Result<> write_all(int fd, Bytes bytes);
// Fills `out` as far as the file goes and returns how many bytes that was.
Result<std::size_t> read_full(int fd, MutableBytes out);
Result<std::size_t> pread_full(int fd, MutableBytes out, u64 offset);
// Everything up to the end (pipes too), refusing more than `limit` bytes with EFBIG.
Result<std::string> read_to_end(int fd, std::size_t limit = SIZE_MAX);
// The whole of a small file by path.
Result<std::string> read_file(const std::string& path, std::size_t limit = SIZE_MAX);

// A read-only private mapping of a whole regular file.
class Mapping {
 public:
  static Result<Mapping> of(int fd);
  Mapping() = default;
  Mapping(Mapping&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  Mapping& operator=(Mapping&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~Mapping();

  Bytes bytes() const { return bytes_; }
  // Lets go of the memory of everything before `offset`; reading it again would load it again.
  void release_before(std::size_t offset);

 private:
  explicit Mapping(Bytes bytes) : bytes_(bytes) {}
  Bytes bytes_;
};

}  // namespace cfs
