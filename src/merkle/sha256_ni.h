// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <span>

#include "base/types.h"

namespace cfs::merkle::sha256_ni {

// Whether this CPU has the SHA extensions of x86-64.
bool available();

inline constexpr std::size_t kLanes = 4;

// The SHA-256 of one to kLanes inputs of one size, a multiple of 64: inputs[i] → out + 32 * i. Only
// where available().
void hash(std::span<const std::byte* const> inputs, std::size_t size, std::byte* out);

}  // namespace cfs::merkle::sha256_ni
