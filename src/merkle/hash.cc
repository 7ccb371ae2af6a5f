// SPDX-License-Identifier: LGPL-2.1-or-later

// libcrypto's low-level functions: EVP would pull 3.5 MB into a static program. They are deprecated in
// OpenSSL 3, hence the define, in this file only.

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include "merkle/merkle.h"

namespace cfs::merkle {

namespace {
void hash_bytes(HashAlg alg, Bytes data, std::byte* out) {
  auto* from = reinterpret_cast<const unsigned char*>(data.data());
  auto* to = reinterpret_cast<unsigned char*>(out);
  if (alg == HashAlg::kSha256)
    SHA256(from, data.size(), to);
  else
    SHA512(from, data.size(), to);
}
}  // namespace

Digest hash_of(HashAlg alg, Bytes data) {
  std::byte hash[64];
  hash_bytes(alg, data, hash);
  return Digest::of(alg, Bytes(hash).first(digest_size(alg)));
}

void hash_blocks(HashAlg alg, std::span<const std::byte* const> blocks, MutableBytes out) {
  for (std::size_t i = 0; i < blocks.size(); ++i)
    hash_bytes(alg, {blocks[i], format::kVerityBlockSize}, out.data() + i * digest_size(alg));
}

}  // namespace cfs::merkle
