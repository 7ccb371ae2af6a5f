// SPDX-License-Identifier: LGPL-2.1-or-later

#include "disk/objects.h"

#include <sys/stat.h>

#include <algorithm>

#include "base/text.h"

namespace cfs::disk {

namespace {

bool less(const Digest& a, const Digest& b) {
  return a.alg != b.alg ? a.alg < b.alg : a.storage < b.storage;
}

}  // namespace

u32 FileContents::add(std::string_view path) {
  paths_.emplace_back(path);
  return static_cast<u32>(paths_.size() - 1);
}

Result<> FileContents::read(u32 item, const Sink& sink) const {
  constexpr std::size_t kPiece = 1 << 20;
  thread_local std::vector<std::byte> buffer(kPiece);
  auto fd = open_deep(fd_.get(), paths_[item], O_RDONLY | O_NONBLOCK);
  if (!fd) return fail(fd.error().code, name(item));
  u64 at = 0;
  for (std::size_t n = kPiece; n == kPiece; at += n) {
    auto got = pread_full(fd->get(), buffer, at);
    if (!got) return in_context(name(item), std::move(got).error());
    n = *got;
    if (n > 0) TRY(sink(Bytes(buffer).first(n)));
  }
  return {};
}

// Asked only of large files: small ones have no holes to speak of.
u64 FileContents::allocated(u32 item, u64 size) const {
  struct stat st;
  if (size < (1 << 20) || ::fstatat(fd_.get(), paths_[item].c_str(), &st, 0) < 0) return size;
  return std::min(size, static_cast<u64>(st.st_blocks) * 512);
}

void Objects::index() {
  std::ranges::stable_sort(objects_, less, &Object::digest);
  std::size_t kept = 0;
  for (const Object& object : objects_) {
    if (kept > 0 && objects_[kept - 1].digest == object.digest)
      objects_[kept - 1].stored |= object.stored;
    else
      objects_[kept++] = object;
  }
  objects_.erase(objects_.begin() + static_cast<std::ptrdiff_t>(kept), objects_.end());
}

u32 Objects::find(const Digest& digest) const {
  auto at = std::ranges::lower_bound(objects_, digest, less, &Object::digest);
  if (at == objects_.end() || at->digest != digest) return kNone;
  return static_cast<u32>(at - objects_.begin());
}

}  // namespace cfs::disk
