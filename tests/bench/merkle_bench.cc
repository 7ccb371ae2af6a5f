// SPDX-License-Identifier: LGPL-2.1-or-later

// Bytes a second on one core: fs-verity digests, SHA-256 and SHA-512.

#include <benchmark/benchmark.h>

#include <vector>

#include "merkle/merkle.h"

namespace cfs {
namespace {

void digest(benchmark::State& state, HashAlg alg) {
  std::vector<std::byte> data(static_cast<std::size_t>(state.range(0)), std::byte{7});
  for (auto _ : state) benchmark::DoNotOptimize(merkle::digest_of(alg, data));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK_CAPTURE(digest, sha256, HashAlg::kSha256)
    ->Arg(1000)
    ->Arg(16 << 10)
    ->Arg(256 << 10)
    ->Arg(8 << 20);
BENCHMARK_CAPTURE(digest, sha512, HashAlg::kSha512)->Arg(1000)->Arg(8 << 20);

}  // namespace
}  // namespace cfs

BENCHMARK_MAIN();
