// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tools/image_objects.h"

#include <algorithm>
#include <cerrno>

#include "base/fd.h"
#include "base/text.h"
#include "erofs/reader.h"

namespace cfs::tools {

Result<ImageObjects> read_image_objects(int image) {
  TRY_ASSIGN(Mapping mapping, Mapping::of(image));
  auto tree = erofs::read_image(mapping.bytes());
  if (!tree) return fail_with(EBADMSG, cat("not a readable image: ", tree.error().text));
  ImageObjects found{.size = mapping.bytes().size(), .objects = {}};
  for (tree::InodeId id = 0; id < tree->inode_count(); ++id) {
    const tree::Inode& inode = (*tree)[id];
    if (!inode.is_external()) continue;
    std::string_view object = inode.data();
    object.remove_prefix(std::min(object.find_first_not_of('/'), object.size()));
    if (inode.digest == 0)
      return fail_with(EBADMSG,
                       cat("a file in it has no digest; its object is `", printable(object), "`"));
    Digest digest = tree->digest(inode);
    if (object != digest.object_path())
      return fail_with(EBADMSG, cat("a file in it has the object `", printable(object),
                                    "` and the digest ", digest.hex()));
    found.objects.push_back(digest);
  }
  auto by_bytes = [](const Digest& a, const Digest& b) { return a.storage < b.storage; };
  std::ranges::sort(found.objects, by_bytes);
  found.objects.erase(std::unique(found.objects.begin(), found.objects.end()), found.objects.end());
  return found;
}

}  // namespace cfs::tools
