// SPDX-License-Identifier: LGPL-2.1-or-later

#include "dump/links.h"

#include <algorithm>
#include <cerrno>

#include "base/text.h"

namespace cfs::dump {

std::optional<Links::Bad> Links::resolve(Tree& tree, const Directories& directories) {
  for (std::size_t i = all_.size(); i-- > 0;)
    if (auto bad = find_target(all_[i], tree, directories)) return bad;
  for (u32 number = 0; number < all_.size(); ++number)
    if (auto bad = follow(number)) return bad;
  for (tree::Entry& entry : tree.all_entries())
    if (entry.link) entry.inode = all_[entry.inode].inode;
  return {};
}

std::optional<Links::Bad> Links::find_target(Link& link, const Tree& tree,
                                             const Directories& directories) {
  if (!link.target) return Bad{link.line, "No target path for the hardlink", EINVAL};
  std::string name = printable(*link.target, 4096);
  std::string_view target = Directories::canonical(*link.target, arena_);
  SplitPath path = SplitPath::of(target);
  tree::InodeId dir = directories.find(path.directory);
  if (target.empty() || directories.find(target) != HashIndex::kNone)
    return Bad{link.line, cat("Hardlink target is a directory: ", name), EPERM};
  auto missing = Bad{link.line, cat("No target at ", name, " for hardlink"), ENOENT};
  if (dir == HashIndex::kNone) return missing;
  auto entries = tree.entries(dir);
  auto at = std::ranges::lower_bound(entries, path.name, {}, &tree::Entry::name);
  if (at == entries.end() || at->name != path.name) return missing;
  if (!at->link) {
    link.inode = at->inode;
  } else {
    link.next = at->inode;
    if (&all_[link.next] == &link)
      return Bad{link.line, cat("Self-referential hardlink ", name), ELOOP};
  }
  return {};
}

std::optional<Links::Bad> Links::follow(u32 number) {
  // Two walks along the chain: one to its end, one to write the end into every link on the way, so
  // that each link is walked over at most twice in all.
  u32 at = number;
  for (std::size_t steps = 0; all_[at].inode == HashIndex::kNone; ++steps) {
    if (steps > all_.size())
      return Bad{all_[number].line, cat("cannot write file: ", Error::describe(ELOOP)), ELOOP};
    at = all_[at].next;
  }
  for (u32 i = number; all_[i].inode == HashIndex::kNone; i = all_[i].next)
    all_[i].inode = all_[at].inode;
  return {};
}

}  // namespace cfs::dump
