// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/reason.h"

namespace cfs::boot {

std::string_view id(Reason reason) {
  constexpr std::string_view ids[] = {
#define CFS_REASON(identifier, id, status) id,
#include "boot/reasons.def"
#undef CFS_REASON
  };
  return ids[static_cast<std::size_t>(reason)];
}

int exit_status(Reason reason) {
  constexpr int statuses[] = {
#define CFS_REASON(identifier, id, status) status,
#include "boot/reasons.def"
#undef CFS_REASON
  };
  return statuses[static_cast<std::size_t>(reason)];
}

tl::unexpected<Refusal> refuse(Reason reason, std::string text, int code) {
  return tl::unexpected<Refusal>(Refusal(reason, std::move(text), code));
}

}  // namespace cfs::boot
