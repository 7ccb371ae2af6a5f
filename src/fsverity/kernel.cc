// SPDX-License-Identifier: LGPL-2.1-or-later

#include "fsverity/kernel.h"

#include <linux/fsverity.h>
#include <sys/ioctl.h>

#include <cerrno>

namespace cfs::fsverity {

Result<std::optional<Digest>> measure(int fd, int* why_not) {
  alignas(fsverity_digest) std::byte answer[sizeof(fsverity_digest) + 64] = {};
  fsverity_digest head{};
  head.digest_size = 64;
  std::memcpy(answer, &head, sizeof head);
  if (::ioctl(fd, FS_IOC_MEASURE_VERITY, answer) < 0) {
    if (errno == ENODATA || errno == EOPNOTSUPP || errno == ENOTTY) {
      if (why_not) *why_not = errno;
      return std::nullopt;
    }
    return fail(errno, "measure fs-verity");
  }
  std::memcpy(&head, answer, sizeof head);
  auto alg = static_cast<HashAlg>(head.digest_algorithm);
  bool known = alg == HashAlg::kSha256 || alg == HashAlg::kSha512;
  if (!known || head.digest_size != digest_size(alg))
    return fail_with(EILSEQ, "fs-verity with an unknown hash algorithm");
  return Digest::of(alg, Bytes(answer).subspan(sizeof head, head.digest_size));
}

Result<> enable(int fd, HashAlg alg) {
  fsverity_enable_arg arg{};
  arg.version = 1;
  arg.hash_algorithm = static_cast<u32>(alg);
  arg.block_size = format::kVerityBlockSize;
  if (::ioctl(fd, FS_IOC_ENABLE_VERITY, &arg) < 0 && errno != EEXIST)
    return fail(errno, "enable fs-verity");
  return {};
}

}  // namespace cfs::fsverity
