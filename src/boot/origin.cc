// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/origin.h"

#include <sys/stat.h>

#include <cerrno>

#include "base/fd.h"
#include "base/output_file.h"
#include "base/text.h"
#include "boot/report.h"
#include "sys/resolve.h"

namespace cfs::boot {

namespace {

constexpr char kName[] = "image";
constexpr std::size_t kMostBytes = 256;  // a SHA-512 digest has 128

Result<> write_origin(int place, const Digest& digest) {
  TRY_ASSIGN(OutputFile file, OutputFile::create(cat(sys::proc_path(place), "/", kName)));
  TRY(write_all(file.fd(), as_bytes(digest.hex() + "\n")));
  return file.commit();
}

}  // namespace

Outcome<std::string> check_origin(int place, const std::string& path, const Digest& digest) {
  auto refused = [&](std::string_view why) {
    return refuse(Reason::kStateUnusable, cat("`", path, "/", kName, "`: ", why));
  };
  // Looked at before it is opened: a FIFO would block.
  auto found = open_beneath(place, kName, O_PATH | O_NOFOLLOW);
  if (!found && found.error().code == ENOENT) {
    // A full disk is no reason not to boot.
    if (auto written = write_origin(place, digest); !written)
      warn(cat("`", path, "/", kName, "` cannot be written: ", written.error().text));
    return std::string();
  }
  struct stat st;
  if (!found || ::fstat(found->get(), &st) < 0 || !S_ISREG(st.st_mode))
    return refused("not a regular file; remove it");
  auto text = read_file(sys::proc_path(found->get()), kMostBytes);
  if (!text) return refused(cat(Error::describe(text.error().code), "; remove it"));
  if (*text == digest.hex() + "\n") return std::string();
  return text->empty() ? "nothing" : printable(*text, 160);
}

}  // namespace cfs::boot
