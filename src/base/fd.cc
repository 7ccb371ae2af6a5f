// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/fd.h"

#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.h"

namespace cfs {

std::string Error::describe(int code) {
  const char* text = strerrordesc_np(code);
  return text ? cat(text) : cat("Unknown error ", code);
}

tl::unexpected<Error> fail(int code, std::string_view context) {
  return fail_with(code, cat(context, ": ", Error::describe(code)));
}

tl::unexpected<Error> fail_with(int code, std::string text) {
  return tl::unexpected<Error>(Error{code, std::move(text)});
}

tl::unexpected<Error> in_context(std::string_view phrase, Error error) {
  return fail_with(error.code, cat(phrase, ": ", error.text));
}

namespace {
tl::unexpected<Error> fail_errno() { return fail_with(errno, Error::describe(errno)); }
}  // namespace

void Fd::reset() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

Result<Fd> open_at(int dir, const std::string& path, int flags, unsigned mode) {
  int fd;
  do {
    fd = ::openat(dir, path.c_str(), flags | O_CLOEXEC, mode);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) return fail(errno, cat("open `", path, "`"));
  return Fd(fd);
}

Result<Fd> open_deep(int dir, std::string_view path, int flags) {
  constexpr std::size_t kPiece = 2048;  // well below PATH_MAX, well above NAME_MAX
  Fd above;
  while (path.size() > kPiece) {
    std::size_t cut = path.rfind('/', kPiece);
    TRY_ASSIGN(above, open_at(dir, std::string(path.substr(0, cut)), O_PATH | O_DIRECTORY));
    dir = above.get();
    path.remove_prefix(cut + 1);
  }
  return open_at(dir, std::string(path), flags | O_NOFOLLOW);
}

namespace {
Result<Fd> open_resolved(int dir, const std::string& path, int flags, u64 resolve) {
  open_how how{};
  how.flags = static_cast<u64>(flags | O_CLOEXEC);
  how.resolve = resolve;
  // EAGAIN means that a rename or a mount happened elsewhere meanwhile: safe to ask again.
  for (int tries = 0; tries < 64; ++tries) {
    long fd = ::syscall(SYS_openat2, dir, path.c_str(), &how, sizeof how);
    if (fd >= 0) return Fd(static_cast<int>(fd));
    if (errno != EAGAIN && errno != EINTR) break;
  }
  return fail(errno, cat("open `", printable(path), "`"));
}

}  // namespace

Result<Fd> open_beneath(int dir, const std::string& path, int flags) {
  return open_resolved(
      dir, path, flags,
      RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV);
}

Result<Fd> open_in_root(int root, const std::string& path, int flags) {
  return open_resolved(root, path, flags, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
}

Result<> write_all(int fd, Bytes bytes) {
  while (!bytes.empty()) {
    ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail_errno();
    if (n == 0) return fail_with(ENOSPC, Error::describe(ENOSPC));
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

namespace {
template <class Read>
Result<std::size_t> fill(MutableBytes out, Read read) {
  std::size_t done = 0;
  while (done < out.size()) {
    ssize_t n = read(out.data() + done, out.size() - done, done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail_errno();
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}
}  // namespace

Result<std::size_t> read_full(int fd, MutableBytes out) {
  return fill(out, [fd](void* to, std::size_t n, std::size_t) { return ::read(fd, to, n); });
}

Result<std::size_t> pread_full(int fd, MutableBytes out, u64 offset) {
  return fill(out, [fd, offset](void* to, std::size_t n, std::size_t done) {
    return ::pread(fd, to, n, static_cast<off_t>(offset + done));
  });
}

Result<std::string> read_to_end(int fd, std::size_t limit) {
  std::string out;
  struct stat st;
  std::size_t chunk = 64 << 10;
  if (::fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
    chunk = std::min(static_cast<std::size_t>(st.st_size), limit) + 1;
  for (;;) {
    std::size_t have = out.size();
    out.resize(have + chunk);
    auto n = read_full(fd, {reinterpret_cast<std::byte*>(out.data()) + have, chunk});
    if (!n) return tl::make_unexpected(std::move(n).error());
    out.resize(have + *n);
    if (out.size() > limit) return fail_with(EFBIG, Error::describe(EFBIG));
    if (*n < chunk) return out;
    chunk = std::max(chunk, out.size() / 2);
  }
}

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  TRY_ASSIGN(Fd fd, open_file(path, O_RDONLY));
  auto text = read_to_end(fd.get(), limit);
  if (!text) return in_context(cat("read `", path, "`"), std::move(text).error());
  return text;
}

Result<Mapping> Mapping::of(int fd) {
  struct stat st;
  if (::fstat(fd, &st) < 0) return fail_errno();
  if (st.st_size == 0) return Mapping();
  auto size = static_cast<std::size_t>(st.st_size);
  void* at = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (at == MAP_FAILED) return fail_errno();
  return Mapping(Bytes(static_cast<const std::byte*>(at), size));
}

void Mapping::release_before(std::size_t offset) {
  if (bytes_.empty()) return;
  auto* begin = const_cast<std::byte*>(bytes_.data());
  ::madvise(begin, round_down(std::min(offset, bytes_.size()), std::size_t{4096}), MADV_DONTNEED);
}

Mapping::~Mapping() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace cfs
