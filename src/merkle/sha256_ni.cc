// SPDX-License-Identifier: LGPL-2.1-or-later

// SHA-256 with the SHA extensions, up to four messages at a time.
//
// sha256rnds2 does two rounds and takes four cycles or more before the next pair of rounds of the
// same message can start, but another can start every other cycle: one message leaves the unit idle
// half of the time, interleaved ones keep it busy.
//
// The extensions keep the eight words of state in two registers, ABEF and CDGH (A in the highest
// word), and work on four words of the message schedule at once (Intel SDM, SHA256RNDS2).

#include "merkle/sha256_ni.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

// For single functions: compiled for the whole file, code of inline functions in headers could end
// up in programs on CPUs that lack the instructions.
#define CFS_SHA_NI __attribute__((target("sha,sse4.1")))
#define CFS_SHA_NI_INLINE CFS_SHA_NI __attribute__((always_inline)) inline

namespace cfs::merkle::sha256_ni {

namespace {

constexpr std::size_t kChunk = 64;

// FIPS 180-4, 4.2.2.
alignas(16) constexpr u32 kRound[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

template <std::size_t kCount>
struct State {
  __m128i abef[kCount], cdgh[kCount];
};

CFS_SHA_NI_INLINE __m128i load(const void* from) {
  return _mm_loadu_si128(static_cast<const __m128i*>(from));
}

// One 64-byte chunk of each message.
template <std::size_t kCount>
CFS_SHA_NI_INLINE void compress(State<kCount>& state, const std::byte* const* chunks) {
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  State<kCount> now = state;
  __m128i schedule[kCount][4];
#pragma GCC unroll 16
  for (std::size_t step = 0; step < 16; ++step) {
    const __m128i constants = load(kRound + 4 * step);
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kCount; ++i) {
      __m128i* w = schedule[i];
      __m128i& next = w[step % 4];
      if (step < 4) {
        next = _mm_shuffle_epi8(load(chunks[i] + 16 * step), big_endian);
      } else {
        const __m128i last = w[(step + 3) % 4];
        const __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(next, w[(step + 1) % 4]),
                                          _mm_alignr_epi8(last, w[(step + 2) % 4], 4));
        next = _mm_sha256msg2_epu32(sum, last);
      }
      const __m128i words = _mm_add_epi32(next, constants);
      now.cdgh[i] = _mm_sha256rnds2_epu32(now.cdgh[i], now.abef[i], words);
      now.abef[i] = _mm_sha256rnds2_epu32(now.abef[i], now.cdgh[i], _mm_shuffle_epi32(words, 0x0e));
    }
  }
  for (std::size_t i = 0; i < kCount; ++i) {
    state.abef[i] = _mm_add_epi32(state.abef[i], now.abef[i]);
    state.cdgh[i] = _mm_add_epi32(state.cdgh[i], now.cdgh[i]);
  }
}

template <std::size_t kCount>
CFS_SHA_NI void hash_lanes(const std::byte* const* inputs, std::size_t size, std::byte* out) {
  State<kCount> state;
  const std::byte* chunks[kCount];
  for (std::size_t i = 0; i < kCount; ++i) {
    state.abef[i] = _mm_set_epi32(0x6a09e667, static_cast<int>(0xbb67ae85), 0x510e527f,
                                  static_cast<int>(0x9b05688c));
    state.cdgh[i] = _mm_set_epi32(0x3c6ef372, static_cast<int>(0xa54ff53a), 0x1f83d9ab, 0x5be0cd19);
    chunks[i] = inputs[i];
  }
  for (std::size_t at = 0; at < size; at += kChunk) {
    compress(state, chunks);
    for (std::size_t i = 0; i < kCount; ++i) chunks[i] += kChunk;
  }
  // The padding is a chunk of its own: a one bit, zeros, the size in bits as a big-endian number.
  std::byte padding[kChunk] = {std::byte{0x80}};
  for (std::size_t i = 0; i < 8; ++i)
    padding[kChunk - 1 - i] = static_cast<std::byte>(u64{size} * 8 >> (8 * i));
  for (std::size_t i = 0; i < kCount; ++i) chunks[i] = padding;
  compress(state, chunks);

  const __m128i reversed = _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f);
  for (std::size_t i = 0; i < kCount; ++i) {
    const __m128i dcba = _mm_unpackhi_epi64(state.cdgh[i], state.abef[i]);
    const __m128i hgfe = _mm_unpacklo_epi64(state.cdgh[i], state.abef[i]);
    auto* to = reinterpret_cast<__m128i*>(out + 32 * i);
    _mm_storeu_si128(to, _mm_shuffle_epi8(dcba, reversed));
    _mm_storeu_si128(to + 1, _mm_shuffle_epi8(hgfe, reversed));
  }
}

bool ask_cpu() {
  unsigned a, b, c, d;
  constexpr unsigned kSsse3 = 1u << 9, kSse41 = 1u << 19, kSha = 1u << 29;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & kSsse3) || !(c & kSse41)) return false;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & kSha);
}

// Not a static of the function: its guard would bring C++ exceptions into the boot helper.
const bool kAvailable = ask_cpu();

}  // namespace

bool available() { return kAvailable; }

void hash(std::span<const std::byte* const> inputs, std::size_t size, std::byte* out) {
  switch (inputs.size()) {
    case 1:
      return hash_lanes<1>(inputs.data(), size, out);
    case 2:
      return hash_lanes<2>(inputs.data(), size, out);
    case 3:
      return hash_lanes<3>(inputs.data(), size, out);
    case 4:
      return hash_lanes<4>(inputs.data(), size, out);
  }
}

}  // namespace cfs::merkle::sha256_ni

#else

namespace cfs::merkle::sha256_ni {
bool available() { return false; }
void hash(std::span<const std::byte* const>, std::size_t, std::byte*) {}
}  // namespace cfs::merkle::sha256_ni

#endif
