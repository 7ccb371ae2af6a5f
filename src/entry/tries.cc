// SPDX-License-Identifier: LGPL-2.1-or-later

#include "entry/tries.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/directory.h"
#include "base/fd.h"
#include "base/text.h"

namespace cfs::entry {

namespace {

bool is_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string file_name(std::string_view name, std::optional<u32> tries, std::string_view suffix) {
  return tries ? cat(name, "+", *tries, suffix) : cat(name, suffix);
}

std::optional<std::string> name_of(std::string_view file, std::string_view suffix) {
  if (!file.ends_with(suffix)) return std::nullopt;
  file.remove_suffix(suffix.size());
  std::size_t plus = file.rfind('+');
  if (plus != file.npos) {
    std::string_view left = file.substr(plus + 1);
    std::size_t dash = left.find('-');
    if (is_digits(left.substr(0, dash)) && (dash == left.npos || is_digits(left.substr(dash + 1))))
      file = file.substr(0, plus);
  }
  return std::string(file);
}

Result<std::vector<std::string>> remove_other_counts(const std::string& folder,
                                                     const std::string& file,
                                                     std::string_view suffix) {
  const auto name = name_of(file, suffix);
  if (!name) return {};
  TRY_ASSIGN(Fd dir, open_file(folder, O_RDONLY | O_DIRECTORY));
  auto files = list_directory(dir.get());
  if (!files) return in_context(folder, files.error());
  std::vector<std::string> removed;
  for (const DirectoryEntry& other : *files) {
    if (other.name == file || name_of(other.name, suffix) != name) continue;
    if (::unlinkat(dir.get(), other.name.c_str(), 0) < 0)
      return fail(errno, cat("remove `", folder, "/", other.name, "`"));
    removed.push_back(other.name);
  }
  if (!removed.empty() && ::fsync(dir.get()) < 0) return fail(errno, cat("sync `", folder, "`"));
  return removed;
}

}  // namespace cfs::entry
