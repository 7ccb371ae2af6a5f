// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <optional>

#include "compare.h"

namespace conformance {

// Makes a random directory, then images and stores of it with random options.
std::optional<Failure> check_directory(const Contestants& tools, std::size_t seed,
                                       const Scratch& scratch);

}  // namespace conformance
