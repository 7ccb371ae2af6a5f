// SPDX-License-Identifier: LGPL-2.1-or-later

// libcrypto's low-level functions: EVP would pull 3.5 MB into a static program, and SHA256() is EVP
// in OpenSSL 3. They are deprecated there, hence the define, in this file only.

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <algorithm>

#include "merkle/merkle.h"
#include "merkle/sha256_ni.h"

namespace cfs::merkle {

using format::kVerityBlockSize;

namespace {

void hash_bytes(HashAlg alg, Bytes data, std::byte* out) {
  auto* to = reinterpret_cast<unsigned char*>(out);
  if (alg == HashAlg::kSha256) {
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, data.data(), data.size());
    SHA256_Final(to, &context);
  } else {
    SHA512_CTX context;
    SHA512_Init(&context);
    SHA512_Update(&context, data.data(), data.size());
    SHA512_Final(to, &context);
  }
}

}  // namespace

Digest hash_of(HashAlg alg, Bytes data) {
  std::byte hash[64];
  hash_bytes(alg, data, hash);
  return Digest::of(alg, Bytes(hash).first(digest_size(alg)));
}

void hash_blocks(HashAlg alg, std::span<const std::byte* const> blocks, MutableBytes out) {
  const std::size_t each = digest_size(alg);
  const bool several = alg == HashAlg::kSha256 && sha256_ni::available();
  const std::size_t step = several ? sha256_ni::kLanes : 1;
  for (std::size_t i = 0; i < blocks.size(); i += step) {
    std::byte* to = out.data() + i * each;
    if (several)
      sha256_ni::hash(blocks.subspan(i, std::min(step, blocks.size() - i)), kVerityBlockSize, to);
    else
      hash_bytes(alg, {blocks[i], kVerityBlockSize}, to);
  }
}

}  // namespace cfs::merkle
