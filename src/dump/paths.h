// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/hash_index.h"
#include "tree/tree.h"

namespace cfs::dump {

// The directories seen so far, by path. A path is looked up in one step, without walking its
// components, and most lines name the same directory as the line before.
class Directories {
 public:
  // Runs of slashes count as one, leading and trailing ones not at all: "//a//b/" is "a/b".
  static std::string_view canonical(std::string_view path, Arena& arena);

  void add(std::string_view canonical_path, tree::InodeId inode);
  // HashIndex::kNone when there is no such directory.
  tree::InodeId find(std::string_view canonical_path) const;

 private:
  struct Directory {
    std::string_view path;
    tree::InodeId inode;
  };
  std::vector<Directory> all_;
  HashIndex index_;
  mutable u32 last_ = HashIndex::kNone;
};

// A path cut before its last component; `directory` is not canonical yet.
struct SplitPath {
  std::string_view directory, name;

  static SplitPath of(std::string_view path) {
    std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) return {{}, path};
    return {path.substr(0, slash), path.substr(slash + 1)};
  }
};

}  // namespace cfs::dump
