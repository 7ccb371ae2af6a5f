// SPDX-License-Identifier: LGPL-2.1-or-later

// Where messages go: standard error, the kernel log (the console of a failing boot), the journal.

#pragma once

#include <string>

#include "boot/reason.h"

namespace cfs::boot {

// "composefs: REFUSED: REASON; image 0123456789ab…; see composefs-setup-root(8)". `hex` is the
// wanted digest, empty while there is none.
std::string refusal_line(const Refusal& refusal, const std::string& hex);

// Says it everywhere. Returns the exit status.
int report(const Refusal& refusal, const std::string& hex);

// "composefs: TEXT" to standard error and the kernel log.
void log(const std::string& text);

// "composefs: WARNING: TEXT", on the console even of a quiet boot.
void warn(const std::string& text);

}  // namespace cfs::boot
