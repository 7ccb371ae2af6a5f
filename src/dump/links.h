// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dump/paths.h"
#include "tree/tree.h"

namespace cfs::dump {

// Hard links name their target by path and may come before it, so they are resolved at the end. Until
// then a link's entry holds the link's number in place of an inode.
class Links {
 public:
  u32 size() const { return static_cast<u32>(all_.size()); }
  // `target` as the line says it, unescaped; nothing for "-".
  void add(std::optional<std::string_view> target, std::size_t line) {
    all_.push_back({target, line});
  }

  struct Bad {
    std::size_t line;
    std::string text;
    int code;
  };
  // Gives every link's entry the inode at the end of its chain; or says which link is wrong: the
  // last of several, as the reference does.
  std::optional<Bad> resolve(Tree& tree, const Directories& directories);

 private:
  struct Link {
    std::optional<std::string_view> target;
    std::size_t line;
    tree::InodeId inode = HashIndex::kNone;  // once known
    u32 next = HashIndex::kNone;             // the target is itself a link: its number
  };
  std::optional<Bad> find_target(Link& link, const Tree& tree, const Directories& directories);
  std::optional<Bad> follow(u32 number);

  std::vector<Link> all_;
  Arena arena_;  // of canonical paths, while they are looked up
};

}  // namespace cfs::dump
