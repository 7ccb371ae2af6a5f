// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/hash_index.h"
#include "base/result.h"
#include "tree/tree.h"

namespace cfs::archive {

// A tree under construction from members in any order: parents that are missing are made, and a
// later member takes the place of an earlier one of the same path. Paths are canonical ("a/b", the
// root is ""); errors are about a path, without its name.
class Assembly {
 public:
  Assembly();

  // Puts `inode` at `path`. A directory over a directory changes its attributes and keeps what is
  // in it. Fails with ENOTDIR when a parent is something else than a directory or the root would
  // be, EEXIST when a directory with entries would be replaced by something else (no file system
  // lets that happen either), ENAMETOOLONG.
  Result<tree::InodeId> put(std::string_view path, const tree::Inode& inode);

  // HashIndex::kNone when there is nothing at `path`.
  tree::InodeId find(std::string_view path) const;

  tree::Builder& builder() { return builder_; }
  Result<Tree> finish() { return builder_.finish(); }

 private:
  u32 find_entry(tree::InodeId dir, std::string_view name) const;
  Result<tree::InodeId> directory(std::string_view path);
  tree::InodeId add(tree::InodeId dir, std::string_view name, const tree::Inode& inode);

  tree::Builder builder_;
  HashIndex entries_;            // (directory, name) → number of the entry
  std::vector<bool> non_empty_;  // by inode
  std::string last_path_;        // most members lie in the directory of the one before
  tree::InodeId last_ = tree::kRoot;
};

}  // namespace cfs::archive
