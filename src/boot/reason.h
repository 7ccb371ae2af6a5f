// SPDX-License-Identifier: LGPL-2.1-or-later

// The boot path's errors: an Error with the reason that the unit, the manual and the tests know.

#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cfs::boot {

enum class Reason {
#define CFS_REASON(identifier, id, status) identifier,
#include "boot/reasons.def"
#undef CFS_REASON
};

// "image-missing"
std::string_view id(Reason reason);
int exit_status(Reason reason);

struct Refusal {
  Reason reason;
  std::string text;
  int code = 0;  // the errno behind it, where that matters

  Refusal(Reason r, std::string t, int c = 0) : reason(r), text(std::move(t)), code(c) {}
  // Errors of the layers below, unless somebody knows better, are the system's.
  Refusal(Error error) : reason(Reason::kSystem), text(std::move(error.text)), code(error.code) {}
};

template <class T = void>
using Outcome = tl::expected<T, Refusal>;

[[nodiscard]] tl::unexpected<Refusal> refuse(Reason reason, std::string text, int code = 0);

}  // namespace cfs::boot
