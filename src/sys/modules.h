// SPDX-License-Identifier: LGPL-2.1-or-later

// Kernel modules of an initramfs that has no udev and no modprobe: a list in the order of loading.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cfs::sys {

inline constexpr char kModuleList[] = "/usr/lib/composefs/modules";
inline constexpr std::size_t kModuleListMax = 1 << 20;  // bytes that composefs-init reads of it

// A path a line; empty lines and what follows a # are nothing. EINVAL, with the line, for a path
// that is not absolute.
Result<std::vector<std::string>> parse_module_list(std::string_view text);

// Loads one module; that it is there already is fine. Files that end in .gz, .xz or .zst are handed
// over as they are (Linux 5.17, if configured: EOPNOTSUPP says that it is not).
Result<> load_module(const std::string& path);

}  // namespace cfs::sys
