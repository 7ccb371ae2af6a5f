// SPDX-License-Identifier: LGPL-2.1-or-later

// Taking names and images out of a repository. What only they needed is garbage then.

#include <unistd.h>

#include <cerrno>

#include "base/text.h"
#include "store/repository.h"

namespace cfs::store {

namespace {

// Durable on return. The error's text is the bare strerror.
Result<> remove_entry(int repository, const std::string& path, int flags) {
  auto slash = path.rfind('/');
  TRY_ASSIGN(Fd dir, open_beneath(repository, path.substr(0, slash), O_RDONLY | O_DIRECTORY));
  if (::unlinkat(dir.get(), path.c_str() + slash + 1, flags) < 0 || ::fsync(dir.get()) < 0)
    return fail_with(errno, Error::describe(errno));
  return {};
}

}  // namespace

Result<> Repository::remove_ref(const std::string& ref) const {
  std::string path = "images/refs/" + ref;
  Result<> removed = remove_entry(fd(), path, 0);
  // Directories that held nothing else go, too: they would be in the way of a name like theirs.
  for (std::size_t slash = path.rfind('/'); removed && path.substr(0, slash) != "images/refs";
       slash = path.rfind('/')) {
    path.resize(slash);
    removed = remove_entry(fd(), path, AT_REMOVEDIR);
    if (!removed && removed.error().code == ENOTEMPTY) return {};
  }
  if (!removed) return in_context(cat(path_, "/", path), std::move(removed).error());
  return {};
}

Result<> Repository::remove_image(const Digest& image) const {
  const std::string path = "images/" + image.hex();
  auto removed = remove_entry(fd(), path, 0);
  if (!removed) return in_context(cat(path_, "/", path), std::move(removed).error());
  return {};
}

}  // namespace cfs::store
