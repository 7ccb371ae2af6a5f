// SPDX-License-Identifier: LGPL-2.1-or-later

#include "disk/sparse.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "base/fd.h"

namespace cfs::disk {

namespace {

constexpr std::size_t kGrain = 4096;

bool all_zero(Bytes bytes) {
  return bytes[0] == std::byte{0} &&
         std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

// How many bytes from the front are grains that are zero, or that are not.
std::size_t span_of(Bytes bytes, bool zero) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    std::size_t size = std::min(kGrain, bytes.size() - at);
    if (all_zero(bytes.subspan(at, size)) != zero) break;
    at += size;
  }
  return at;
}

}  // namespace

Result<> write_all_at(int fd, Bytes bytes, u64 at) {
  while (!bytes.empty()) {
    ssize_t n = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(errno, "write the image");
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    at += static_cast<u64>(n);
  }
  return {};
}

Result<> write_sparse(int fd, Bytes bytes, u64 at) {
  while (!bytes.empty()) {
    std::size_t zeros = span_of(bytes, true);
    bytes = bytes.subspan(zeros);
    at += zeros;
    std::size_t data = span_of(bytes, false);
    TRY(write_all_at(fd, bytes.first(data), at));
    bytes = bytes.subspan(data);
    at += data;
  }
  return {};
}

Result<> copy_sparse(int from, int to, u64 at) {
  std::vector<std::byte> buffer(1 << 20);
  for (off_t next = 0; (next = ::lseek(from, next, SEEK_DATA)) >= 0;) {
    TRY_ASSIGN(std::size_t n, pread_full(from, buffer, static_cast<u64>(next)));
    if (n == 0) return {};
    TRY(write_sparse(to, Bytes(buffer).first(n), at + static_cast<u64>(next)));
    next += static_cast<off_t>(n);
  }
  if (errno != ENXIO) return fail(errno, "read");  // ENXIO: nothing but a hole follows
  return {};
}

}  // namespace cfs::disk
