// SPDX-License-Identifier: LGPL-2.1-or-later

#include "fsverity/digest.h"

#include "base/text.h"

namespace cfs::fsverity {

std::string_view name(HashAlg alg) { return alg == HashAlg::kSha256 ? "sha256" : "sha512"; }

Digest Digest::of(HashAlg alg, Bytes bytes) {
  Digest digest{.alg = alg};
  std::memcpy(digest.storage.data(), bytes.data(), digest_size(alg));
  return digest;
}

std::optional<Digest> Digest::parse(std::string_view hex) {
  Digest digest;
  if (hex.size() == 128)
    digest.alg = HashAlg::kSha512;
  else if (hex.size() != 64)
    return {};
  if (!from_hex(hex, MutableBytes(digest.storage).first(hex.size() / 2))) return {};
  return digest;
}

std::string Digest::hex() const { return to_hex(bytes()); }

std::string Digest::object_path() const {
  std::string digits = hex();
  return cat(std::string_view(digits).substr(0, 2), "/", std::string_view(digits).substr(2));
}

}  // namespace cfs::fsverity
