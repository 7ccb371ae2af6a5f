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

// How the value of trusted.overlay.metacopy begins when there is a digest, which follows. Without
// one the value is empty.
struct OverlayMetacopy {
  u8 version = 0;
  u8 len = 36;  // of the whole value: 4 + the digest's size
  u8 flags = 0;
  u8 digest_algo = 1;  // as in fs-verity

  bool operator==(const OverlayMetacopy&) const = default;
};
static_assert(sizeof(OverlayMetacopy) == 4);

inline constexpr OverlayMetacopy kOverlayMetacopySha256{.len = 4 + 32, .digest_algo = 1};
inline constexpr OverlayMetacopy kOverlayMetacopySha512{.len = 4 + 64, .digest_algo = 2};

}  // namespace cfs::format
