// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/image.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.h"
#include "sys/mount_info.h"
#include "sys/resolve.h"

namespace cfs::boot {

namespace {

// The names below images/refs, for the message only.
std::string list_refs(int store) {
  constexpr int kMost = 8;
  auto refs = open_beneath(store, "images/refs", O_RDONLY | O_DIRECTORY);
  DIR* dir = refs ? ::fdopendir(refs->get()) : nullptr;
  if (!dir) return "; it has no refs";
  refs->release();
  std::string out;
  int count = 0;
  while (const dirent* entry = ::readdir(dir)) {
    std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (++count <= kMost) out += cat(count == 1 ? "; refs: " : ", ", printable(name, 64));
  }
  ::closedir(dir);
  if (count > kMost) out += cat(" and ", count - kMost, " more");
  return count ? out : "; it has no refs";
}

// Opens a regular file without ever opening anything else: a FIFO would block, a device would act.
// Nothing when there is no such file.
Outcome<std::optional<Fd>> open_regular(int store, const std::string& path) {
  auto found = open_beneath(store, path, O_PATH | O_NOFOLLOW);
  if (!found && found.error().code == ENOENT) return std::nullopt;
  if (!found && (found.error().code == ELOOP || found.error().code == EXDEV))
    return refuse(Reason::kImageNotAFile,
                  cat("`", path, "` leads through a link or onto another mount"));
  if (!found) return tl::make_unexpected(std::move(found).error());
  struct stat st;
  if (::fstat(found->get(), &st) < 0 || !S_ISREG(st.st_mode))
    return refuse(Reason::kImageNotAFile, cat("`", path, "` is not a regular file"));
  auto file = open_file(sys::proc_path(found->get()), O_RDONLY);
  if (!file)
    return refuse(Reason::kImageUnreadable,
                  cat("image unreadable: ", Error::describe(file.error().code)));
  return std::move(*file);
}

// Where in the store the image of that digest is.
Outcome<std::string> locate(int store, const Digest& digest) {
  std::string name = cat("images/", digest.hex());
  std::string object = cat("objects/", digest.object_path());
  auto link = sys::read_link_beneath(store, name);
  if (link && *link != cat("../", object))
    return refuse(Reason::kImageNotAFile,
                  cat("`", name, "` links to `", printable(*link, 160), "`, not to its object"));
  if (link || link.error().code == ENOENT) return object;
  if (link.error().code == EINVAL) return name;
  if (link.error().code == ELOOP || link.error().code == EXDEV || link.error().code == ENOTDIR)
    return refuse(Reason::kImageNotAFile, "`images` is not a directory of the store");
  return tl::make_unexpected(std::move(link).error());
}

}  // namespace

Outcome<Image> open_image(int store, const std::vector<Digest>& candidates) {
  for (const Digest& digest : candidates) {
    TRY_ASSIGN(std::string path, locate(store, digest));
    TRY_ASSIGN(auto file, open_regular(store, path));
    if (file) return Image{digest, std::move(*file)};
  }
  std::string wanted = candidates.front().hex();
  if (candidates.size() > 1) wanted += cat(" (or ", candidates.size() - 1, " other)");
  return refuse(Reason::kImageMissing,
                cat("image ", wanted, " not in the store", list_refs(store)));
}

namespace {

tl::unexpected<Refusal> refuse_unmeasured(int image, int why_not) {
  if (why_not == ENODATA)
    return refuse(Reason::kImageWithoutVerity,
                  "image has no fs-verity; seal it (`fsverity enable IMAGE`)");
  auto info = sys::mount_info(image);
  std::string type = info ? info->type : "of the store";
  if (why_not == ENOTTY)
    return refuse(Reason::kFileSystemWithoutVerity,
                  cat("file system ", type, " has no fs-verity; use ext4, btrfs or f2fs"));
  return refuse(Reason::kFileSystemWithoutVerity,
                cat("file system ", type,
                    " lacks fs-verity; `tune2fs -O verity` switches it on, in"
                    " a kernel with CONFIG_FS_VERITY"));
}

}  // namespace

Outcome<> check_digest(const Image& image, const Measure& measure) {
  int why_not = 0;
  auto measured = measure(image.fd.get(), &why_not);
  if (!measured && measured.error().code == EILSEQ)
    return refuse(Reason::kAlgorithmDiffers, std::move(measured.error().text));
  if (!measured)
    return refuse(Reason::kImageUnreadable, cat("image unreadable: ", measured.error().text));
  if (!*measured) return refuse_unmeasured(image.fd.get(), why_not);
  const Digest& wanted = image.digest;
  const Digest& got = **measured;
  if (got.alg != wanted.alg)
    return refuse(Reason::kAlgorithmDiffers,
                  cat("algorithm differs: wanted ", fsverity::name(wanted.alg), ", got ",
                      fsverity::name(got.alg)));
  if (!(got == wanted))
    return refuse(Reason::kDigestDiffers,
                  cat("digest differs: wanted ", wanted.hex(), ", got ", got.hex()));
  return {};
}

Result<> read_through(int fd) {
  std::vector<std::byte> buffer(256 << 10);
  for (u64 at = 0;;) {
    ssize_t n = ::pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail_with(errno, cat("at byte ", at, ": ", Error::describe(errno)));
    if (n == 0) return {};
    at += static_cast<u64>(n);
  }
}

}  // namespace cfs::boot
