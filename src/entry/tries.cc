// SPDX-License-Identifier: LGPL-2.1-or-later

#include "entry/tries.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

#include "base/directory.h"
#include "base/fd.h"
#include "base/text.h"

namespace cfs::entry {

namespace {

// Decimal, and no more than systemd-boot counts.
bool is_count(std::string_view text) {
  int value;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && text[0] != '-';
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
    if (is_count(left.substr(0, dash)) && (dash == left.npos || is_count(left.substr(dash + 1))))
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
  struct stat kept, st;
  if (::fstatat(dir.get(), file.c_str(), &kept, 0) < 0)
    return fail(errno, cat("find `", folder, "/", file, "`"));
  auto files = list_directory(dir.get());
  if (!files) return in_context(folder, files.error());
  std::vector<std::string> removed;
  for (const DirectoryEntry& other : *files) {
    if (other.name == file || name_of(other.name, suffix) != name) continue;
    // `file` may be a link to it.
    if (::fstatat(dir.get(), other.name.c_str(), &st, AT_SYMLINK_NOFOLLOW) == 0 &&
        st.st_dev == kept.st_dev && st.st_ino == kept.st_ino)
      continue;
    if (::unlinkat(dir.get(), other.name.c_str(), 0) < 0)
      return fail(errno, cat("remove `", folder, "/", other.name, "`"));
    removed.push_back(other.name);
  }
  if (!removed.empty() && ::fsync(dir.get()) < 0) return fail(errno, cat("sync `", folder, "`"));
  return removed;
}

}  // namespace cfs::entry
