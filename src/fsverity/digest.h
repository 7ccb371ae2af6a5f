// SPDX-License-Identifier: LGPL-2.1-or-later

// An fs-verity digest: which hash, and its bytes. A value, so that one binary serves SHA-256 and
// SHA-512. Block size 4096 and no salt everywhere in composefs.

#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/types.h"
#include "format/fsverity.h"

namespace cfs::fsverity {

enum class HashAlg : u8 { kSha256 = format::kHashAlgSha256, kSha512 = format::kHashAlgSha512 };

// 32 or 64.
constexpr std::size_t digest_size(HashAlg alg) { return alg == HashAlg::kSha256 ? 32 : 64; }
// "sha256" or "sha512".
std::string_view name(HashAlg alg);

struct Digest {
  HashAlg alg = HashAlg::kSha256;
  std::array<std::byte, 64> storage{};  // unused bytes are zero, so that == compares whole values

  static Digest of(HashAlg alg, Bytes bytes);  // bytes.size() must be digest_size(alg)
  // 64 digits are SHA-256, 128 SHA-512, either case; anything else is nothing.
  static std::optional<Digest> parse(std::string_view hex);

  Bytes bytes() const { return Bytes(storage).first(digest_size(alg)); }
  std::string hex() const;
  // "xx/rest": the object's name below an object directory.
  std::string object_path() const;
  bool operator==(const Digest&) const = default;
};

}  // namespace cfs::fsverity

namespace cfs {
using fsverity::Digest;
using fsverity::HashAlg;
}  // namespace cfs
