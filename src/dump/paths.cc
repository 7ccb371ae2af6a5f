// SPDX-License-Identifier: LGPL-2.1-or-later

#include "dump/paths.h"

#include <xxhash.h>

namespace cfs::dump {

namespace {
u64 hash_of(std::string_view path) {
  return XXH3_64bits_withSeed(path.data(), path.size(), hash_seed());
}
}  // namespace

std::string_view Directories::canonical(std::string_view path, Arena& arena) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.find("//") == std::string_view::npos) return path;
  char* begin = arena.allocate(path.size());
  char* to = begin;
  for (char c : path)
    if (c != '/' || to[-1] != '/') *to++ = c;
  return {begin, static_cast<std::size_t>(to - begin)};
}

void Directories::add(std::string_view path, tree::InodeId inode) {
  auto fresh = static_cast<u32>(all_.size());
  all_.push_back({path, inode});
  index_.find_or_insert(hash_of(path), fresh, [&](u32 i) { return all_[i].path == path; });
}

tree::InodeId Directories::find(std::string_view path) const {
  auto same = [&](u32 i) { return all_[i].path == path; };
  if (last_ == HashIndex::kNone || !same(last_)) last_ = index_.find(hash_of(path), same);
  return last_ == HashIndex::kNone ? HashIndex::kNone : all_[last_].inode;
}

}  // namespace cfs::dump
