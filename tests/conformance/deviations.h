// SPDX-License-Identifier: LGPL-2.1-or-later

// Where our tools differ from composefs 1.0.8 on purpose. docs/deviations.md gives the reasons.

#pragma once

#include <string>

#include "process.h"

namespace conformance {

// The name of the deviation that explains why the two runs of mkcomposefs on one dump came to
// different ends, or null.
const char* deviation_for(const std::string& dump, const Run& ours, const Run& reference);

// The same message, except that ours names the place (line L, column C), shows what cannot be
// printed as \xHH, and cuts what is very long.
bool same_message(const std::string& ours, const std::string& reference);

// Whether a line of composefs-info differs by no more than what the reference misreads: up to two
// bytes too many of a backing path, and a last attribute that has neither suffix nor value is lost.
bool misread(const std::string& our_line, const std::string& reference_line);

}  // namespace conformance
