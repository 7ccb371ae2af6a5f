// SPDX-License-Identifier: LGPL-2.1-or-later

// A Merkle tree is built level by level as data streams by: every level holds at most one
// unfinished block of hashes, and a full one goes, hashed, to the level above.

#include "merkle/merkle.h"

#include <algorithm>

#include "base/fd.h"

namespace cfs::merkle {

using format::kVerityBlockSize;

struct Builder::State {
  HashAlg alg;
  Keep keep;
  u64 size = 0;
  std::vector<std::byte> pending;  // data of an unfinished block
  struct Level {
    std::vector<std::byte> block;  // hashes of an unfinished block
    std::vector<std::byte> whole;  // every finished block, when the tree is kept
  };
  std::vector<Level> levels;
  format::FsverityDescriptor descriptor;
  std::vector<std::byte> tree;

  void add_hash(std::size_t level, Bytes hash);
  void add_blocks(Bytes blocks);
  void finish_level(std::size_t level);
};

namespace {
std::array<std::byte, 64> hash_one(HashAlg alg, const std::byte* block) {
  std::array<std::byte, 64> hash{};
  hash_blocks(alg, {&block, 1}, MutableBytes(hash).first(digest_size(alg)));
  return hash;
}

format::FsverityDescriptor descriptor_of(HashAlg alg, u64 size, Bytes root_hash) {
  format::FsverityDescriptor descriptor;
  descriptor.hash_algorithm = static_cast<u8>(alg);
  descriptor.data_size = size;
  std::ranges::copy(as_text(root_hash), descriptor.root_hash);
  return descriptor;
}
}  // namespace

Builder::Builder(HashAlg alg, Keep keep) : state_(std::make_unique<State>()) {
  state_->alg = alg;
  state_->keep = keep;
}
Builder::Builder(Builder&&) noexcept = default;
Builder& Builder::operator=(Builder&&) noexcept = default;
Builder::~Builder() = default;

u64 Builder::size() const { return state_->size; }
const format::FsverityDescriptor& Builder::descriptor() const { return state_->descriptor; }
const std::vector<std::byte>& Builder::tree() const { return state_->tree; }

void Builder::State::add_hash(std::size_t level, Bytes hash) {
  if (level == levels.size()) levels.emplace_back().block.reserve(kVerityBlockSize);
  auto& block = levels[level].block;
  // Only when one more hash comes is a full block not the last of its level.
  if (block.size() == kVerityBlockSize) finish_level(level);
  auto& current = levels[level].block;
  current.insert(current.end(), hash.begin(), hash.end());
}

// The level's current block, zero-padded, goes to the level above as one hash.
void Builder::State::finish_level(std::size_t level) {
  auto& block = levels[level].block;
  block.resize(kVerityBlockSize);
  auto hash = hash_one(alg, block.data());
  if (keep == Keep::kTree)
    levels[level].whole.insert(levels[level].whole.end(), block.begin(), block.end());
  block.clear();
  add_hash(level + 1, Bytes(hash).first(digest_size(alg)));
}

void Builder::State::add_blocks(Bytes blocks) {
  constexpr std::size_t kBatch = 64;
  const std::byte* pointers[kBatch];
  std::byte hashes[kBatch * 64];
  while (!blocks.empty()) {
    std::size_t count = std::min(blocks.size() / kVerityBlockSize, kBatch);
    for (std::size_t i = 0; i < count; ++i) pointers[i] = blocks.data() + i * kVerityBlockSize;
    std::size_t each = digest_size(alg);
    hash_blocks(alg, {pointers, count}, MutableBytes(hashes, count * each));
    for (std::size_t i = 0; i < count; ++i) add_hash(0, Bytes(hashes + i * each, each));
    blocks = blocks.subspan(count * kVerityBlockSize);
  }
}

void Builder::update(Bytes data) {
  State& s = *state_;
  s.size += data.size();
  if (!s.pending.empty()) {
    std::size_t take = std::min(data.size(), kVerityBlockSize - s.pending.size());
    s.pending.insert(s.pending.end(), data.begin(),
                     data.begin() + static_cast<std::ptrdiff_t>(take));
    data = data.subspan(take);
    if (s.pending.size() < kVerityBlockSize) return;
    s.add_blocks(s.pending);
    s.pending.clear();
  }
  std::size_t whole = round_down(data.size(), std::size_t{kVerityBlockSize});
  s.add_blocks(data.first(whole));
  s.pending.assign(data.begin() + static_cast<std::ptrdiff_t>(whole), data.end());
}

Digest Builder::finish() {
  State& s = *state_;
  if (!s.pending.empty()) {
    s.pending.resize(kVerityBlockSize);
    s.add_blocks(s.pending);
  }
  // Up to the level that holds a single hash: the root.
  std::size_t each = digest_size(s.alg);
  Bytes root;
  for (std::size_t level = 0; level < s.levels.size(); ++level) {
    if (level + 1 == s.levels.size() && s.levels[level].block.size() == each) {
      root = s.levels[level].block;
      break;
    }
    s.finish_level(level);
  }
  if (s.keep == Keep::kTree)
    for (std::size_t level = s.levels.size(); level-- > 0;)
      s.tree.insert(s.tree.end(), s.levels[level].whole.begin(), s.levels[level].whole.end());
  s.descriptor = descriptor_of(s.alg, s.size, root);
  return hash_of(s.alg, bytes_of(s.descriptor));
}

u64 tree_size(HashAlg alg, u64 size) {
  u64 blocks = size / kVerityBlockSize + (size % kVerityBlockSize != 0), all = 0;
  while (blocks > 1) {
    u64 per_block = kVerityBlockSize / digest_size(alg);
    blocks = (blocks + per_block - 1) / per_block;
    all += blocks;
  }
  return all * kVerityBlockSize;
}

Digest digest_of(HashAlg alg, Bytes data) {
  // Half of all files are one block: no tree, no allocation.
  if (!data.empty() && data.size() <= kVerityBlockSize) {
    std::byte block[kVerityBlockSize];
    std::memcpy(block, data.data(), data.size());
    std::memset(block + data.size(), 0, sizeof block - data.size());
    auto root = hash_one(alg, block);
    auto descriptor = descriptor_of(alg, data.size(), Bytes(root).first(digest_size(alg)));
    return hash_of(alg, bytes_of(descriptor));
  }
  Builder builder(alg);
  builder.update(data);
  return builder.finish();
}

Result<Digest> digest_of_fd(HashAlg alg, int fd, u64* size) {
  Builder builder(alg);
  std::vector<std::byte> buffer(256 << 10);
  for (std::size_t n = buffer.size(); n == buffer.size();) {
    TRY_ASSIGN(n, pread_full(fd, buffer, builder.size()));
    builder.update(Bytes(buffer).first(n));
  }
  if (size) *size = builder.size();
  return builder.finish();
}

}  // namespace cfs::merkle
