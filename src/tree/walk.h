// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <vector>

#include "tree/tree.h"

namespace cfs::tree {

// Calls visit(path, entry) for every entry, depth first, a directory before what is in it, each
// directory in name order. `path` begins with a slash. The root has no entry. A false return ends
// the walk. No recursion: trees may be deeper than the stack.
template <class Visit>
void walk(const Tree& tree, Visit visit) {
  struct Level {
    std::span<const Entry> rest;
    std::size_t path_size;
  };
  std::string path;
  std::vector<Level> levels{{tree.entries(kRoot), 0}};
  while (!levels.empty()) {
    Level& level = levels.back();
    path.resize(level.path_size);
    if (level.rest.empty()) {
      levels.pop_back();
      continue;
    }
    const Entry& entry = level.rest.front();
    level.rest = level.rest.subspan(1);
    path += '/';
    path += entry.name;
    if (!visit(std::string_view(path), entry)) return;
    if (!entry.link && tree[entry.inode].is_directory())
      levels.push_back({tree.entries(entry.inode), path.size()});
  }
}

// The first path that leads to an inode.
inline std::string path_of(const Tree& tree, InodeId inode) {
  if (inode == kRoot) return "/";
  std::string found;
  walk(tree, [&](std::string_view path, const Entry& entry) {
    if (entry.inode != inode) return true;
    found = path;
    return false;
  });
  return found;
}

}  // namespace cfs::tree
