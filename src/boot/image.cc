// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/image.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "base/text.h"
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
Outcome<std::optional<Fd>> open_regular(int dir, const std::string& path) {
  auto found = open_beneath(dir, path, O_PATH | O_NOFOLLOW);
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

Outcome<Image> open_image(int store, int embedded, const std::vector<Digest>& candidates) {
  for (const Digest& digest : candidates) {
    if (embedded >= 0) {
      TRY_ASSIGN(auto file, open_regular(embedded, cat(digest.hex(), ".cfs")));
      if (file) return Image{digest, std::move(*file), Image::Origin::kInitramfs};
    }
    TRY_ASSIGN(std::string path, locate(store, digest));
    TRY_ASSIGN(auto file, open_regular(store, path));
    if (file) return Image{digest, std::move(*file), Image::Origin::kStore};
  }
  std::string wanted = candidates.front().hex();
  if (candidates.size() > 1) wanted += cat(" (or ", candidates.size() - 1, " other)");
  return refuse(Reason::kImageMissing,
                cat("image ", wanted, " not in the store", list_refs(store)));
}

}  // namespace cfs::boot
