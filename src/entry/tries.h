// SPDX-License-Identifier: LGPL-2.1-or-later

// How often an entry may fail stands in the name of its file, where boot loaders count (UAPI
// Group's Boot Loader Specification, "Boot counting"):
//
//     NAME+LEFT.conf, then NAME+LEFT-DONE.conf, and NAME.conf once somebody has called it good
//
// Counts are at most INT_MAX, as for systemd-boot: NAME+20261126120000 is a name of its own.
// Entries are text files; unified kernel images in EFI/Linux are entries, too.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace cfs::entry {

inline constexpr std::string_view kEntrySuffix = ".conf", kUkiSuffix = ".efi";

std::string file_name(std::string_view name, std::optional<u32> tries,
                      std::string_view suffix = kEntrySuffix);
// NAME of such a file, whatever its counters; nothing if it has another suffix.
std::optional<std::string> name_of(std::string_view file, std::string_view suffix = kEntrySuffix);

// Removes the files of the same entry with other counters from the directory `folder`; returns
// their names. Durable. ENOENT, and nothing is removed, if `file` is not there; what it is a link
// to stays. A `file` with another suffix is no entry.
Result<std::vector<std::string>> remove_other_counts(const std::string& folder,
                                                     const std::string& file,
                                                     std::string_view suffix = kEntrySuffix);

}  // namespace cfs::entry
