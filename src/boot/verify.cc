// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/verify.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "merkle/merkle.h"
#include "sys/mount_info.h"

namespace cfs::boot {

namespace {

constexpr std::size_t kChunk = 256 << 10;

Outcome<> compare(const Digest& wanted, const Digest& got) {
  if (got.alg != wanted.alg)
    return refuse(Reason::kAlgorithmDiffers,
                  cat("algorithm differs: wanted ", fsverity::name(wanted.alg), ", got ",
                      fsverity::name(got.alg)));
  if (got != wanted)
    return refuse(Reason::kDigestDiffers,
                  cat("digest differs: wanted ", wanted.hex(), ", got ", got.hex()));
  return {};
}

tl::unexpected<Refusal> unreadable(const Error& error) {
  return refuse(Reason::kImageUnreadable, cat("image unreadable: ", error.text));
}

// Hashing reads everything, so there is no further read.
Outcome<> check_content(const Image& image) {
  auto digest = merkle::digest_of_fd(image.digest.alg, image.fd.get());
  return digest ? compare(image.digest, *digest) : unreadable(digest.error());
}

// Half of what /proc/meminfo calls available: who boots wants some as well.
Result<u64> memory_for_copy() {
  constexpr std::string_view kLine = "MemAvailable:";
  TRY_ASSIGN(std::string text, read_file("/proc/meminfo"));
  std::string_view rest = text;
  rest.remove_prefix(std::min(rest.size(), rest.find(kLine)));
  rest.remove_prefix(std::min(rest.size(), rest.find_first_of("0123456789")));
  auto kilobytes = parse_decimal(rest.substr(0, rest.find(' ')));
  if (!kilobytes) return fail_with(EINVAL, "/proc/meminfo: no MemAvailable");
  return *kilobytes * 1024 / 2;
}

// Nobody can write to it any more, we cannot either.
Result<Fd> sealed_copy(int file) {
  // Nothing is known of the file: it may have any size, even without taking room on the disk.
  struct stat st;
  if (::fstat(file, &st) < 0) return fail(errno, "stat");
  const u64 whole = static_cast<u64>(st.st_size);
  TRY_ASSIGN(u64 most, memory_for_copy());
  if (whole > most)
    return fail_with(EFBIG,
                     cat("a copy of ", whole, " bytes is more than half of the free memory, ", most,
                         "; give it more, or a file system with fs-verity"));
  // Since 6.3 a system may insist on the flag; 6.1 does not know it.
  constexpr unsigned kNoExecSeal = 0x8;  // MFD_NOEXEC_SEAL
  Fd copy(::memfd_create("composefs", MFD_CLOEXEC | MFD_ALLOW_SEALING | kNoExecSeal));
  if (!copy && errno == EINVAL)
    copy = Fd(::memfd_create("composefs", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!copy) return fail(errno, "memory for a copy");
  std::vector<std::byte> buffer(kChunk);
  u64 size = 0;
  for (std::size_t n = kChunk; n == kChunk && size <= whole; size += n) {
    TRY_ASSIGN(n, pread_full(file, buffer, size));
    auto written = write_all(copy.get(), Bytes(buffer).first(n));
    if (!written) return in_context("copy to memory", std::move(written).error());
  }
  if (::fcntl(copy.get(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) <
      0)
    return fail(errno, "seal a copy in memory");
  return copy;
}

// Without fs-verity the file could change after the check: what is mounted is a copy that cannot.
Outcome<Proof> verify_copy(Image& image) {
  auto copy = sealed_copy(image.fd.get());
  if (!copy) return unreadable(copy.error());
  image.fd = std::move(*copy);
  TRY(check_content(image));
  return Proof::kCopy;
}

}  // namespace

tl::unexpected<Refusal> refuse_without_verity(int fd, int why_not) {
  auto info = sys::mount_info(fd);
  std::string type = info ? info->type : "of the store";
  if (why_not == ENOTTY)
    return refuse(Reason::kFileSystemWithoutVerity,
                  cat("file system ", type, " has no fs-verity; use ext4, btrfs or f2fs"));
  return refuse(Reason::kFileSystemWithoutVerity,
                cat("file system ", type,
                    " lacks fs-verity; `tune2fs -O verity` switches it on, in"
                    " a kernel with CONFIG_FS_VERITY"));
}

Outcome<Proof> verify_image(Image& image, const Measure& measure, const VerifyImage& how) {
  if (image.origin == Image::Origin::kInitramfs) {
    TRY(check_content(image));
    return Proof::kInitramfs;
  }
  int why_not = 0;
  auto measured = measure(image.fd.get(), &why_not);
  if (!measured && measured.error().code == EILSEQ)
    return refuse(Reason::kAlgorithmDiffers, std::move(measured.error().text));
  if (!measured) return unreadable(measured.error());
  if (!*measured && how.lax) return verify_copy(image);
  if (!*measured && why_not == ENODATA)
    return refuse(Reason::kImageWithoutVerity,
                  "image has no fs-verity; seal it (`fsverity enable IMAGE`)");
  if (!*measured) return refuse_without_verity(image.fd.get(), why_not);
  TRY(compare(image.digest, **measured));
  if (!how.full_read) return Proof::kKernel;
  if (auto read = read_through(image.fd.get()); !read)
    return refuse(Reason::kImageUnreadable, cat("image unreadable ", read.error().text));
  return Proof::kKernel;
}

Outcome<bool> supports_verity(int objects, const Measure& measure, int* why_not) {
  // ioctls need more than O_PATH.
  TRY_ASSIGN(Fd dir, open_beneath(objects, ".", O_RDONLY | O_DIRECTORY));
  TRY_ASSIGN(auto measured, measure(dir.get(), why_not));
  return measured || *why_not == ENODATA;
}

Result<> read_through(int fd) {
  std::vector<std::byte> buffer(kChunk);
  for (u64 at = 0;;) {
    ssize_t n = ::pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail_with(errno, cat("at byte ", at, ": ", Error::describe(errno)));
    if (n == 0) return {};
    at += static_cast<u64>(n);
  }
}

}  // namespace cfs::boot
