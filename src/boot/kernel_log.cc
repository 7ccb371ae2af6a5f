// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/kernel_log.h"

#include <unistd.h>

#include <cerrno>

#include "base/text.h"

namespace cfs::boot {

// "PRIORITY,SEQUENCE,TIME,FLAGS;TEXT\n KEY=VALUE\n…"; the priority of what the kernel itself says
// is its level.
std::string_view complaint_in(std::string_view record) {
  constexpr u64 kWarning = 4;
  auto priority = parse_decimal(record.substr(0, record.find(',')));
  std::size_t header = record.find(';');
  if (!priority || *priority > kWarning || header == record.npos) return {};
  record.remove_prefix(header + 1);
  record = record.substr(0, record.find('\n'));
  for (std::string_view front : {"overlayfs: ", "fs-verity (", "erofs"})
    if (record.starts_with(front)) return record;
  return {};
}

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
    // One record a read; EPIPE: some were lost.
    ssize_t size = ::read(kmsg_.get(), record, sizeof record);
    if (size < 0 && (errno == EPIPE || errno == EINTR)) continue;
    if (size <= 0) break;
    std::string_view text = complaint_in({record, static_cast<std::size_t>(size)});
    std::string line = cat("; kernel: ", text.substr(0, kMostBytes));
    if (!text.empty() && lines < kMostLines && out.find(line) == out.npos) {
      out += line;
      ++lines;
    }
  }
  return out;
}

}  // namespace cfs::boot
