// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/image.h"

#include <algorithm>
#include <cerrno>
#include <optional>

#include "base/directory.h"
#include "base/text.h"
#include "sys/resolve.h"

namespace cfs::boot {

namespace {

// The names below images/refs, for the message only.
std::string list_refs(int store) {
  constexpr std::size_t kMost = 8;
  auto dir = open_beneath(store, "images/refs", O_RDONLY | O_DIRECTORY);
  if (!dir && dir.error().code == ENOENT) return "; it has no refs";
  auto refs = dir ? list_directory(dir->get()) : tl::make_unexpected(dir.error());
  if (!refs) return cat("; its refs: ", refs.error().text);
  if (refs->empty()) return "; it has no refs";
  std::string out;
  for (std::size_t i = 0; i < std::min(refs->size(), kMost); ++i)
    out += cat(i == 0 ? "; refs: " : ", ", printable((*refs)[i].name, 64));
  if (refs->size() > kMost) out += cat(" and ", refs->size() - kMost, " more");
  return out;
}

// Nothing when there is no such file.
Outcome<std::optional<Fd>> open_if_there(int dir, const std::string& path) {
  auto file = sys::open_regular_beneath(dir, path);
  if (file) return std::move(*file);
  switch (file.error().code) {
    case ENOENT:
      return std::nullopt;
    case ELOOP:
    case EXDEV:
      return refuse(Reason::kImageNotAFile,
                    cat("`", path, "` leads through a link or onto another mount"));
    case EINVAL:
      return refuse(Reason::kImageNotAFile, std::move(file.error().text));
    case EPERM:
      // What fs-verity says of a file without a signature when fs.verity.require_signatures is set.
      if (read_file("/proc/sys/fs/verity/require_signatures").value_or("") == "1\n")
        return refuse(Reason::kSignatureRequired,
                      "the kernel wants a built-in signature in every fs-verity file"
                      " (fs.verity.require_signatures=1), the image has none; set it to 0");
  }
  return refuse(Reason::kImageUnreadable, cat("image unreadable: ", file.error().text));
}

// Where in the store the image of that digest is.
Outcome<std::string> locate(int store, const Digest& digest, bool plain) {
  std::string name = cat(plain ? "" : "images/", digest.hex());
  std::string object = cat(plain ? "" : "objects/", digest.object_path());
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

Outcome<Image> open_image(int store, int embedded, const std::vector<Digest>& candidates,
                          bool plain) {
  for (const Digest& digest : candidates) {
    if (embedded >= 0) {
      TRY_ASSIGN(auto file, open_if_there(embedded, cat(digest.hex(), ".cfs")));
      if (file) return Image{digest, std::move(*file), Image::Origin::kInitramfs};
    }
    TRY_ASSIGN(std::string path, locate(store, digest, plain));
    TRY_ASSIGN(auto file, open_if_there(store, path));
    if (file) return Image{digest, std::move(*file), Image::Origin::kStore};
  }
  std::string wanted = candidates.front().hex();
  if (candidates.size() > 1) wanted += cat(" (or ", candidates.size() - 1, " other)");
  return refuse(Reason::kImageMissing,
                cat("image ", wanted, " not in the store", plain ? "" : list_refs(store)));
}

}  // namespace cfs::boot
