// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sys/mount_info.h"

#include <sys/stat.h>

#include <cerrno>

#include "base/fd.h"
#include "base/text.h"

namespace cfs::sys {

namespace {

// Takes the next word off the front of `line`.
std::string_view next_word(std::string_view& line) {
  std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(line.size(), word.size() + 1));
  return word;
}

// The kernel writes blanks and backslashes as three octal digits.
std::string unescaped(std::string_view word) {
  std::string out;
  for (std::size_t i = 0; i < word.size(); ++i) {
    unsigned code = 0;
    auto [end, error] =
        std::from_chars(word.data() + i + 1, word.data() + std::min(i + 4, word.size()), code, 8);
    if (word[i] == '\\' && error == std::errc() && end == word.data() + i + 4) {
      out += static_cast<char>(code);
      i += 3;
    } else {
      out += word[i];
    }
  }
  return out;
}

}  // namespace

std::vector<MountLine> parse_mount_table(std::string_view table) {
  std::vector<MountLine> lines;
  while (!table.empty()) {
    std::string_view line = table.substr(0, table.find('\n'));
    table.remove_prefix(std::min(table.size(), line.size() + 1));
    MountLine& mount = lines.emplace_back();
    mount.id = parse_decimal(next_word(line)).value_or(0);
    for (int skip = 0; skip < 2; ++skip) next_word(line);  // parent, device
    mount.info.root = next_word(line);
    mount.point = unescaped(next_word(line));
    // Optional fields end with a lone "-"; then type, source, options.
    while (!line.empty() && next_word(line) != "-") continue;
    mount.info.type = next_word(line);
    mount.info.source = next_word(line);
    mount.options = next_word(line);
  }
  return lines;
}

Result<MountInfo> mount_info(int fd) {
  struct statx st;
  if (::statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &st) < 0) return fail(errno, "statx");
  TRY_ASSIGN(std::string table, read_file("/proc/self/mountinfo"));
  for (MountLine& mount : parse_mount_table(table))
    if (mount.id == st.stx_mnt_id) return std::move(mount.info);
  return fail_with(ENOENT, "not a mount of this namespace");
}

}  // namespace cfs::sys
