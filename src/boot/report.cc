// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/report.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"

namespace cfs::boot {

namespace {

void write_error(const std::string& line) {
  (void)write_all(STDERR_FILENO, as_bytes(cat(line, "\n")));
}

// One write is one record; the kernel cuts nothing below a kilobyte.
void write_kmsg(int priority, const std::string& line) {
  if (auto kmsg = open_file("/dev/kmsg", O_WRONLY | O_NOCTTY))
    (void)write_all(kmsg->get(), as_bytes(cat("<", priority, ">", line, "\n").substr(0, 960)));
}

// The journal's own protocol: FIELD=VALUE lines in one datagram. Values of ours have no newline.
void write_journal(const Refusal& refusal, const std::string& hex, const std::string& line) {
  sockaddr_un address{AF_UNIX, "/run/systemd/journal/socket"};
  Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return;
  std::string fields = cat("MESSAGE=", line,
                           "\nPRIORITY=3\nSYSLOG_IDENTIFIER=composefs-setup-root"
                           "\nMESSAGE_ID=6d1f0a52b1b74fd0a5ed3c8f6b9c2e71\nCOMPOSEFS_REASON=",
                           id(refusal.reason), "\nCOMPOSEFS_DIGEST=", hex, "\n");
  (void)::sendto(socket.get(), fields.data(), fields.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                 reinterpret_cast<sockaddr*>(&address), sizeof address);
}

}  // namespace

std::string refusal_line(const Refusal& refusal, const std::string& hex) {
  std::string image = hex.empty() ? "" : cat("; image ", hex.substr(0, 12), "…");
  return cat("composefs: REFUSED: ", refusal.text, image, "; see composefs-setup-root(8)");
}

int report(const Refusal& refusal, const std::string& hex) {
  std::string line = refusal_line(refusal, hex);
  write_kmsg(3, line);
  write_journal(refusal, hex, line);
  write_error(line);  // who reads that may be slow, or gone
  return exit_status(refusal.reason);
}

void log(const std::string& text) {
  std::string line = cat("composefs: ", text);
  write_kmsg(6, line);
  write_error(line);
}

void warn(const std::string& text) {
  std::string line = cat("composefs: WARNING: ", text);
  write_kmsg(3, line);
  write_error(line);
}

}  // namespace cfs::boot
