// SPDX-License-Identifier: LGPL-2.1-or-later

// The library's header without the macro `clamp`, which 1.47.2 has and with which <algorithm> does
// not compile.

#pragma once

#include <ext2fs/ext2fs.h>
#undef clamp
