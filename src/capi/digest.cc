// SPDX-License-Identifier: LGPL-2.1-or-later

// fs-verity digests, computed or asked for.

#include <optional>

#include "base/fd.h"
#include "capi/boundary.h"
#include "capi/node.h"
#include "fsverity/kernel.h"
#include "merkle/merkle.h"

namespace cfs::capi {

namespace {

constexpr std::size_t kPiece = 256 << 10;

void store(const Digest& digest, uint8_t* out) {
  std::memcpy(out, digest.bytes().data(), LCFS_DIGEST_SIZE);
}

// read(buffer) fills as much as it likes; 0 ends the content, nothing is a failure.
template <class Read>
Result<> compute(uint8_t* out, Read read) {
  merkle::Builder digest(HashAlg::kSha256);
  std::vector<std::byte> buffer(kPiece);
  for (;;) {
    std::optional<std::size_t> n = read(MutableBytes(buffer));
    if (!n) return fail_with(ENODATA, Error::describe(ENODATA));  // whatever it was
    if (*n == 0) break;
    digest.update(Bytes(buffer).first(*n));
  }
  store(digest.finish(), out);
  return {};
}

Result<> compute_from_callback(uint8_t* out, void* file, lcfs_read_cb read_cb) {
  return compute(out, [&](MutableBytes buffer) -> std::optional<std::size_t> {
    ssize_t n = read_cb(file, buffer.data(), buffer.size());
    if (n < 0 || static_cast<std::size_t>(n) > buffer.size()) return {};
    return static_cast<std::size_t>(n);
  });
}

Result<> compute_from_fd(uint8_t* out, int fd) {
  return compute(out, [&](MutableBytes buffer) -> std::optional<std::size_t> {
    auto n = read_full(fd, buffer);
    return n ? std::optional(*n) : std::nullopt;
  });
}

// Whether the kernel has a digest of this file.
Result<bool> measure(uint8_t* out, int fd) {
  TRY_ASSIGN(auto digest, fsverity::measure(fd));
  if (!digest) return false;
  if (digest->alg != HashAlg::kSha256) return fail_with(EILSEQ, Error::describe(EILSEQ));
  store(*digest, out);
  return true;
}

int negative_errno(const Error& error) {
  errno = error.code;
  return -error.code;
}

int get(uint8_t* out, int fd) {
  auto measured = measure(out, fd);
  if (!measured) return negative_errno(measured.error());
  if (*measured) return 0;
  auto digest = merkle::digest_of_fd(HashAlg::kSha256, fd);
  if (!digest) return negative_errno(digest.error());
  store(*digest, out);
  return 0;
}

// The node keeps what it had when `compute` fails.
template <class Compute>
int set(Node& node, Compute compute) {
  uint8_t digest[LCFS_DIGEST_SIZE];
  if (compute(digest) < 0) return -1;
  lcfs_node_set_fsverity_digest(&node, digest);
  return 0;
}

}  // namespace

}  // namespace cfs::capi

using namespace cfs::capi;

int lcfs_compute_fsverity_from_content(uint8_t* digest, void* file, lcfs_read_cb read_cb) {
  return guarded(-1, [&] { return answer(compute_from_callback(digest, file, read_cb)); });
}

int lcfs_compute_fsverity_from_fd(uint8_t* digest, int fd) {
  return guarded(-1, [&] { return answer(compute_from_fd(digest, fd)); });
}

int lcfs_compute_fsverity_from_data(uint8_t* digest, uint8_t* data, size_t data_len) {
  cfs::Bytes bytes(reinterpret_cast<const std::byte*>(data), data_len);
  return guarded(-1, [&] {
    store(cfs::merkle::digest_of(cfs::HashAlg::kSha256, bytes), digest);
    return 0;
  });
}

int lcfs_node_set_fsverity_from_content(lcfs_node_s* node, void* file, lcfs_read_cb read_cb) {
  return set(*node, [&](uint8_t* digest) {
    return lcfs_compute_fsverity_from_content(digest, file, read_cb);
  });
}

int lcfs_node_set_fsverity_from_fd(lcfs_node_s* node, int fd) {
  return set(*node, [&](uint8_t* digest) { return lcfs_compute_fsverity_from_fd(digest, fd); });
}

int lcfs_fd_measure_fsverity(uint8_t* digest, int fd) {
  return guarded(-ENOMEM, [&] {
    auto measured = measure(digest, fd);
    if (!measured) return negative_errno(measured.error());
    return *measured ? 0 : negative_errno({.code = ENOTTY, .text = {}});
  });
}

int lcfs_fd_get_fsverity(uint8_t* digest, int fd) {
  return guarded(-ENOMEM, [&] { return get(digest, fd); });
}

int lcfs_fd_enable_fsverity(int fd) {
  return guarded(-ENOMEM, [&] {
    auto enabled = cfs::fsverity::enable(fd);
    return enabled ? 0 : -enabled.error().code;
  });
}
