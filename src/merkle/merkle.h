// SPDX-License-Identifier: LGPL-2.1-or-later

// fs-verity digests computed in user space, equal to what the kernel measures: 4096-byte blocks, no
// salt (kernel: Documentation/filesystems/fsverity.rst, "Merkle tree" and "fs-verity descriptor").

#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "format/fsverity.h"
#include "fsverity/digest.h"

namespace cfs::merkle {

// The digest of a stream of bytes, in memory that does not grow with it (unless the tree is kept).
class Builder {
 public:
  enum class Keep { kDigest, kTree };
  explicit Builder(HashAlg alg, Keep keep = Keep::kDigest);
  Builder(Builder&&) noexcept;
  Builder& operator=(Builder&&) noexcept;
  ~Builder();

  void update(Bytes data);
  // Ends the stream; call once. Empty data has an all-zero root hash, as in the kernel.
  Digest finish();

  // Bytes seen so far.
  u64 size() const;
  // After finish(): the descriptor whose hash is the digest.
  const format::FsverityDescriptor& descriptor() const;
  // After finish() with Keep::kTree: the Merkle tree as ext4 stores it: top level first, leaf hashes
  // last, every level padded to whole blocks. Empty for data of at most one block.
  const std::vector<std::byte>& tree() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Bytes of the Merkle tree over `size` bytes of data, as Builder::tree() has them.
u64 tree_size(HashAlg alg, u64 size);

// The plain hash of some bytes: no tree, no descriptor.
Digest hash_of(HashAlg alg, Bytes data);

Digest digest_of(HashAlg alg, Bytes data);
// From offset 0 to the end of the file, whatever the current position. `size`, if given, receives
// how many bytes that was.
Result<Digest> digest_of_fd(HashAlg alg, int fd, u64* size = nullptr);

// Hashes 4096-byte blocks, each on its own: blocks[i] → out[i * digest_size(alg)]. Several at once
// where the CPU allows it (SHA-NI interleaved; libcrypto otherwise).
void hash_blocks(HashAlg alg, std::span<const std::byte* const> blocks, MutableBytes out);

}  // namespace cfs::merkle
