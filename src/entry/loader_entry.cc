// SPDX-License-Identifier: LGPL-2.1-or-later

#include "entry/loader_entry.h"

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "kernel-cmdline/edit.h"

namespace cfs::entry {

namespace {

Result<> check_line(std::string_view value) {
  auto control = [](char c) { return static_cast<u8>(c) < 0x20 || c == 0x7f; };
  if (std::any_of(value.begin(), value.end(), control))
    return fail_with(EINVAL, cat("`", printable(value, 60), "` has a control character"));
  return {};
}

}  // namespace

Result<> check_value(std::string_view value) {
  TRY(check_line(value));
  if (value.starts_with(' ') || value.ends_with(' '))
    return fail_with(EINVAL, cat("blanks around `", printable(value, 60), "` get lost"));
  return {};
}

Result<> check_machine_id(std::string_view id) {
  if (id.size() == 32 &&
      std::all_of(id.begin(), id.end(), [](char c) { return hex_digit(c) >= 0; }))
    return {};
  return fail_with(EINVAL, cat("`", printable(id, 60), "` is not 32 hex digits"));
}

Result<> check(const LoaderEntry& entry) {
  auto named = [](std::string_view what, Result<> result) {
    return result ? result : in_context(what, std::move(result).error());
  };
  TRY(named("title", check_value(entry.title)));
  TRY(named("version", check_value(entry.version)));
  if (!entry.machine_id.empty()) TRY(named("machine-id", check_machine_id(entry.machine_id)));
  TRY(named("sort-key", check_value(entry.sort_key)));
  TRY(named("command line", check_line(entry.options)));  // blanks around it mean nothing
  return kernel_cmdline::check_length(entry.options);
}

std::string text_of(const LoaderEntry& entry) {
  std::string out;
  auto line = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) out += cat(key, " ", value, "\n");
  };
  line("title", entry.title);
  line("version", entry.version);
  line("machine-id", entry.machine_id);
  line("sort-key", entry.sort_key);
  line("linux", entry.kernel);
  for (const std::string& initrd : entry.initrds) line("initrd", initrd);
  line("options", entry.options);
  return out;
}

std::vector<std::string> values_of(std::string_view text, std::string_view key) {
  std::vector<std::string> out;
  constexpr std::string_view kBlanks = " \t\r";
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(kBlanks)));
    std::size_t end = line.find_first_of(kBlanks);
    if (end == line.npos || line.substr(0, end) != key) continue;
    std::size_t begin = line.find_first_not_of(kBlanks, end);
    if (begin == line.npos) continue;
    out.emplace_back(line.substr(begin, line.find_last_not_of(kBlanks) + 1 - begin));
  }
  return out;
}

bool is_entry_name(std::string_view name) {
  constexpr std::size_t kLongest = 200;
  return !name.empty() && name.size() <= kLongest && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '_' || c == '-';
         });
}

Result<> check_entry_name(std::string_view name) {
  if (is_entry_name(name)) return {};
  return fail_with(EINVAL, cat("`", printable(name),
                               "` is no name for an entry; letters, digits, `.`, `_` and `-` are"));
}

}  // namespace cfs::entry
