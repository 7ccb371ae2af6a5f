// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/kernel_log.h"

#include <unistd.h>

#include <cerrno>

#include "base/text.h"

namespace cfs::boot {

KernelLog::KernelLog() {
  if (auto kmsg = open_file("/dev/kmsg", O_RDONLY | O_NONBLOCK)) kmsg_ = std::move(*kmsg);
  if (kmsg_) ::lseek(kmsg_.get(), 0, SEEK_END);
}

std::string KernelLog::complaints() {
  constexpr std::size_t kMostLines = 3, kMostBytes = 120;
  std::string out;
  std::size_t lines = 0;
  char record[8192];
  while (kmsg_) {
    // One record a read, "PRIORITY,SEQUENCE,TIME,FLAGS;TEXT\n KEY=VALUE\n…"; EPIPE: some were lost.
    ssize_t size = ::read(kmsg_.get(), record, sizeof record);
    if (size < 0 && (errno == EPIPE || errno == EINTR)) continue;
    if (size <= 0) break;
    std::string_view text(record, static_cast<std::size_t>(size));
    text.remove_prefix(std::min(text.size(), text.find(';') + 1));
    text = text.substr(0, text.find('\n'));
    bool ours = text.starts_with("overlayfs: ") || text.starts_with("fs-verity (") ||
                text.starts_with("erofs");
    std::string line = cat("; kernel: ", text.substr(0, kMostBytes));
    if (ours && lines < kMostLines && out.find(line) == out.npos) {
      out += line;
      ++lines;
    }
  }
  return out;
}

}  // namespace cfs::boot
