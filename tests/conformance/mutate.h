// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

#include "random.h"

namespace conformance {

// One to three small changes to a dump's text: bytes, words, fields, lines.
std::string mutated(std::string dump, Random& random);

}  // namespace conformance
