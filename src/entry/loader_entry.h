// SPDX-License-Identifier: LGPL-2.1-or-later

// Boot entries of type 1 of the UAPI Group's Boot Loader Specification: a text file for each, in
// /loader/entries of the ESP or of the extended boot loader partition.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cfs::entry {

// Empty members have no line.
struct LoaderEntry {
  std::string title;
  std::string version;
  std::string machine_id;  // 32 hex digits
  std::string sort_key;
  std::string kernel;  // as are initrds: from the root of the partition, with a leading slash
  std::vector<std::string> initrds;
  std::string options;  // the kernel command line
};

// EINVAL, naming the member, if a value cannot be written in one line or read back as it is, or is
// longer than a kernel takes.
Result<> check(const LoaderEntry& entry);
// Of one member alone, without its name.
Result<> check_value(std::string_view value);
Result<> check_machine_id(std::string_view id);
std::string text_of(const LoaderEntry& entry);

// The values of all lines `KEY VALUE`, in order.
std::vector<std::string> values_of(std::string_view text, std::string_view key);

// [A-Za-z0-9._-]+, not beginning with a dot, at most 200 bytes
bool is_entry_name(std::string_view name);
Result<> check_entry_name(std::string_view name);

}  // namespace cfs::entry
