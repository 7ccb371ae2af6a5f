// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tree/xattrs.h"

#include <gtest/gtest.h>
#include <xxhash.h>

#include <chrono>
#include <cstring>
#include <string>

namespace cfs::tree {
namespace {

// XXH3 of eight bytes can be undone, step by step from its end.
constexpr u64 kPrime = 0x9FB21C651E98DF25;

u64 inverse_of_prime() {
  u64 inverse = kPrime;
  for (int i = 0; i < 6; ++i) inverse *= 2 - kPrime * inverse;
  return inverse;
}

u64 undone(u64 hash) {
  static const u64 kInverse = inverse_of_prime();
  u64 h = hash ^ (hash >> 28) ^ (hash >> 56);
  h *= kInverse;
  h ^= (h >> 35) + 8;
  h *= kInverse;
  // The map over all rotations has order 64.
  for (int i = 0; i < 63; ++i) h ^= std::rotl(h, 49) ^ std::rotl(h, 24);
  return std::rotl(h, 32);
}

// Values of eight bytes whose hashes, with a seed, are the same when folded to 32 bits.
std::vector<std::string> colliding_values(u64 seed, u64 count) {
  const u64 zero = 0, flip = undone(XXH3_64bits_withSeed(&zero, sizeof zero, seed));
  std::vector<std::string> values;
  for (u64 high = 0; high < count; ++high) {
    u64 value = undone(high << 32 | (high ^ 0x12345678)) ^ flip;
    values.emplace_back(reinterpret_cast<const char*>(&value), sizeof value);
    u64 hash = XXH3_64bits_withSeed(&value, sizeof value, seed);
    EXPECT_EQ((hash ^ hash >> 32) & 0xffffffff, 0x12345678u);
  }
  return values;
}

double seconds_to_intern(const std::vector<std::string>& values) {
  XattrPool pool;
  auto start = std::chrono::steady_clock::now();
  for (const std::string& value : values) pool.intern_pair({"user.a", value});
  std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(pool.pair_count(), values.size());
  return taken.count();
}

// Whoever writes a dump cannot know under which hashes it will be looked up.
TEST(XattrPool, IsNotSlowedDownByChosenValues) {
  constexpr u64 kCount = 60000;
  const u64 seed = XXH3_64bits_withSeed("user.a", 6, 0);
  std::vector<std::string> ordinary;
  for (u64 i = 0; i < kCount; ++i)
    ordinary.emplace_back(reinterpret_cast<const char*>(&i), sizeof i);
  const double usual = seconds_to_intern(ordinary);
  EXPECT_LT(seconds_to_intern(colliding_values(seed, kCount)), 0.5 + 20 * usual);
}

}  // namespace
}  // namespace cfs::tree
