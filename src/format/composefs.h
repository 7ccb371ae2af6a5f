// SPDX-License-Identifier: LGPL-2.1-or-later

// The 32 bytes in front of an EROFS image that make it a composefs image
// (composefs 1.0.8, lcfs-erofs.h).

#pragma once

#include "base/types.h"

namespace cfs::format {

inline constexpr u32 kComposefsMagic = 0xd078629a;
inline constexpr u32 kComposefsContainerVersion = 1;
inline constexpr u32 kComposefsFlagHasAcl = 1;  // clear: nothing in the image needs ACL handling
inline constexpr u32 kComposefsVersionMax = 1;

struct ComposefsHeader {
  le32 magic = kComposefsMagic;
  le32 version = kComposefsContainerVersion;
  le32 flags;
  le32 composefs_version;  // 0 or 1

  le32 unused[4];
};
static_assert(sizeof(ComposefsHeader) == 32);

}  // namespace cfs::format
