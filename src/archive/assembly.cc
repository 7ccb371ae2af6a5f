// SPDX-License-Identifier: LGPL-2.1-or-later

#include "archive/assembly.h"

#include <xxhash.h>

#include <cerrno>

#include "base/text.h"
#include "tree/rules.h"

namespace cfs::archive {

using tree::Inode;
using tree::InodeId;

namespace {

// What a directory is that no member describes: as `mkdir -p` of root makes it, at the epoch.
Inode unnamed_directory() {
  Inode inode;
  inode.mode = S_IFDIR | 0755;
  return inode;
}

u64 hash_of(InodeId dir, std::string_view name) {
  return XXH3_64bits_withSeed(name.data(), name.size(), hash_seed() + dir);
}

}  // namespace

Assembly::Assembly() {
  builder_.add_inode(unnamed_directory());
  non_empty_.push_back(false);
}

u32 Assembly::find_entry(InodeId dir, std::string_view name) const {
  return entries_.find(hash_of(dir, name), [&](u32 at) {
    return builder_.directory_of(at) == dir && builder_.entry(at).name == name;
  });
}

InodeId Assembly::find(std::string_view path) const {
  InodeId at = tree::kRoot;
  while (!path.empty()) {
    std::size_t slash = path.find('/');
    u32 entry = find_entry(at, path.substr(0, slash));
    if (entry == HashIndex::kNone) return HashIndex::kNone;
    at = builder_.entry(entry).inode;
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  return at;
}

InodeId Assembly::add(InodeId dir, std::string_view name, const Inode& inode) {
  InodeId id = builder_.add_inode(inode);
  auto number = static_cast<u32>(builder_.entry_count());
  builder_.add_entry(dir, builder_.arena().copy(name), id);
  entries_.find_or_insert(hash_of(dir, name), number, [](u32) { return false; });
  non_empty_[dir] = true;
  non_empty_.push_back(false);
  return id;
}

Result<InodeId> Assembly::directory(std::string_view path) {
  if (path == last_path_) return last_;
  InodeId at = tree::kRoot;
  for (std::size_t begin = 0; begin < path.size();) {
    std::size_t end = std::min(path.find('/', begin), path.size());
    std::string_view name = path.substr(begin, end - begin);
    if (name.size() > tree::kNameMax) return fail_with(ENAMETOOLONG, "name is too long");
    u32 entry = find_entry(at, name);
    at = entry != HashIndex::kNone ? builder_.entry(entry).inode
                                   : add(at, name, unnamed_directory());
    if (!builder_.inode(at).is_directory())
      return fail_with(
          ENOTDIR, cat("`", printable(path.substr(0, end)), "` in its path is not a directory"));
    begin = end + 1;
  }
  last_path_ = path;
  last_ = at;
  return at;
}

Result<InodeId> Assembly::put(std::string_view path, const Inode& inode) {
  if (path.empty()) {
    if (!inode.is_directory()) return fail_with(ENOTDIR, "the root must be a directory");
    builder_.inode(tree::kRoot) = inode;
    return tree::kRoot;
  }
  std::size_t slash = path.rfind('/');
  std::string_view name = path.substr(slash + 1);  // npos + 1 is 0
  if (name.size() > tree::kNameMax) return fail_with(ENAMETOOLONG, "name is too long");
  TRY_ASSIGN(InodeId dir, directory(slash == std::string_view::npos ? std::string_view()
                                                                    : path.substr(0, slash)));
  u32 entry = find_entry(dir, name);
  if (entry == HashIndex::kNone) return add(dir, name, inode);
  InodeId id = builder_.entry(entry).inode;
  if (non_empty_[id] && !inode.is_directory())
    return fail_with(EEXIST, "takes the place of a directory that is not empty");
  builder_.inode(id) = inode;
  return id;
}

}  // namespace cfs::archive
