// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sys/modules.h"

#include <linux/module.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"
#include "base/text.h"

namespace cfs::sys {

Result<std::vector<std::string>> parse_module_list(std::string_view text) {
  std::vector<std::string> out;
  for (int number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    line = line.substr(0, line.find('#'));
    while (line.ends_with(' ') || line.ends_with('\t')) line.remove_suffix(1);
    if (line.empty()) continue;
    if (!line.starts_with('/'))
      return fail_with(EINVAL, cat(kModuleList, ":", number, ": `", printable(line),
                                   "` is not an absolute path"));
    out.emplace_back(line);
  }
  return out;
}

Result<> load_module(const std::string& path) {
  bool compressed = path.ends_with(".xz") || path.ends_with(".zst") || path.ends_with(".gz");
  TRY_ASSIGN(Fd file, open_file(path, O_RDONLY));
  int flags = compressed ? MODULE_INIT_COMPRESSED_FILE : 0;
  if (::syscall(SYS_finit_module, file.get(), "", flags) == 0 || errno == EEXIST) return {};
  if (errno == EOPNOTSUPP && compressed)
    return fail(errno, cat("module ", path, ", which this kernel does not decompress"));
  return fail(errno, cat("module ", path));
}

}  // namespace cfs::sys
