// SPDX-License-Identifier: LGPL-2.1-or-later

#include "store/named_objects.h"

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "tree/walk.h"

namespace cfs::store {

Result<std::vector<NamedObject>> named_objects(const Tree& tree, std::optional<HashAlg> alg) {
  auto refuse = [&](tree::InodeId inode, std::string_view why) {
    return fail_with(EINVAL, cat(printable(tree::path_of(tree, inode), 4096), ": ", why));
  };
  std::vector<NamedObject> objects;
  for (tree::InodeId id = 0; id < tree.inode_count(); ++id) {
    const tree::Inode& inode = tree[id];
    if (!inode.is_external()) continue;
    const std::string_view payload = inode.data();
    if (inode.digest == 0)
      return refuse(id, cat("has no digest to check its object `", printable(payload), "` with"));
    const Digest digest = tree.digest(inode);
    if (alg && digest.alg != *alg)
      return refuse(id, cat("has a digest by ", fsverity::name(digest.alg), "; what is wanted is ",
                            fsverity::name(*alg)));
    if (payload != digest.object_path())
      return refuse(id, cat("its object is `", printable(payload), "`, not that of its digest, ",
                            digest.object_path()));
    objects.push_back({digest, inode.size, id});
  }
  std::ranges::sort(objects, [](const NamedObject& a, const NamedObject& b) {
    return std::tie(a.digest.storage, a.inode) < std::tie(b.digest.storage, b.inode);
  });
  for (std::size_t i = 1; i < objects.size(); ++i)
    if (objects[i].digest == objects[i - 1].digest && objects[i].size != objects[i - 1].size)
      return refuse(objects[i].inode,
                    cat("has ", objects[i].size, " bytes; with the same digest ",
                        printable(tree::path_of(tree, objects[i - 1].inode), 4096), " has ",
                        objects[i - 1].size));
  auto same = [](const NamedObject& a, const NamedObject& b) { return a.digest == b.digest; };
  objects.erase(std::unique(objects.begin(), objects.end(), same), objects.end());
  return objects;
}

}  // namespace cfs::store
