// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tools/image_objects.h"

#include <cerrno>

#include "base/fd.h"
#include "base/text.h"
#include "erofs/reader.h"
#include "store/named_objects.h"

namespace cfs::tools {

Result<ImageObjects> read_image_objects(int image) {
  TRY_ASSIGN(Mapping mapping, Mapping::of(image));
  auto tree = erofs::read_image(mapping.bytes());
  if (!tree) return fail_with(EBADMSG, cat("not a readable image: ", tree.error().text));
  auto named = store::named_objects(*tree, {});
  if (!named) return fail_with(EBADMSG, cat("not a readable image: ", named.error().text));
  ImageObjects found{.size = mapping.bytes().size(), .objects = {}, .sizes = {}};
  for (const store::NamedObject& object : *named) {
    found.objects.push_back(object.digest);
    found.sizes.push_back(object.size);
  }
  return found;
}

}  // namespace cfs::tools
