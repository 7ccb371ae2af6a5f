// SPDX-License-Identifier: LGPL-2.1-or-later

// What overlayfs reads from extended attributes of its layers
// (kernel: fs/overlayfs/overlayfs.h and Documentation/filesystems/overlayfs.rst).

#pragma once

#include <cstddef>
#include <string_view>

#include "base/types.h"

namespace cfs::format {

inline constexpr std::string_view kOverlayPrefix = "trusted.overlay.";
inline constexpr std::string_view kOverlayEscapedPrefix = "trusted.overlay.overlay.";

inline constexpr std::string_view kOverlayMetacopy = "trusted.overlay.metacopy";
inline constexpr std::string_view kOverlayRedirect = "trusted.overlay.redirect";
inline constexpr std::string_view kOverlayOpaque = "trusted.overlay.opaque";

// The value of trusted.overlay.metacopy with a digest. Without one the value is empty.
struct OverlayMetacopy {
  u8 version = 0;
  u8 len = 36;  // of the whole value: 4 + the digest's size
  u8 flags = 0;
  u8 digest_algo = 1;
  u8 digest[32] = {};
};
static_assert(sizeof(OverlayMetacopy) == 36);

}  // namespace cfs::format
