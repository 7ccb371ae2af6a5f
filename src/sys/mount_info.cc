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

}  // namespace

Result<MountInfo> mount_info(int fd) {
  struct statx st;
  if (::statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &st) < 0) return fail(errno, "statx");
  TRY_ASSIGN(std::string table, read_file("/proc/self/mountinfo"));
  for (std::string_view rest = table; !rest.empty();) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (parse_decimal(next_word(line)) != st.stx_mnt_id) continue;
    // Optional fields end with a lone "-"; then type, source, options.
    while (!line.empty() && next_word(line) != "-") continue;
    MountInfo info;
    info.type = next_word(line);
    info.source = next_word(line);
    return info;
  }
  return fail_with(ENOENT, "not a mount of this namespace");
}

}  // namespace cfs::sys
