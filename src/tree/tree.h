// SPDX-License-Identifier: LGPL-2.1-or-later

// The model of a file tree: what the user said, and nothing that a later pass works out.
//
//   inodes    one record per inode, [0] is the root
//   entries   (directory, name) → inode, grouped by directory and sorted by name; a hard link is an
//             entry whose inode has been named before, marked `link`
//   xattrs    lists interned in one pool
//
// Built for ten million inodes: 64 bytes an inode and 24 an entry, text in an arena (or in
// the mapped image that a tree was read from). Ids are dense, so a pass keeps its scratch in
// vectors indexed by id.

#pragma once

#include <sys/stat.h>

#include <array>
#include <vector>

#include "base/arena.h"
#include "base/fd.h"
#include "base/result.h"
#include "base/types.h"
#include "fsverity/digest.h"
#include "tree/xattrs.h"

namespace cfs::tree {

using InodeId = u32;
inline constexpr InodeId kRoot = 0;

struct Inode {
  u64 size = 0;   // regular: bytes; directory: 0 or what an image said; else as given
  i64 mtime = 0;  // seconds
  const char* text = nullptr;
  u32 text_size = 0;
  u32 mtime_nsec = 0;  // not range-checked: round trips must be exact
  u32 uid = 0;
  u32 gid = 0;
  u32 nlink = 1;
  u32 rdev = 0;  // 32-bit Linux encoding
  XattrSetId xattrs = 0;
  u32 digest = 0;  // place in the tree's digests plus one; 0 is "not known"
  u16 mode = 0;
  HashAlg digest_alg = HashAlg::kSha256;
  bool inline_content = false;  // regular file: `text` is its content, not its backing path

  // Symlink: the target. Regular file: inline content, or the path of the backing object relative
  // to the object directory (may be empty). Nothing for other types.
  std::string_view data() const { return {text, text_size}; }
  void set_data(std::string_view data) {
    text = data.data();
    text_size = static_cast<u32>(data.size());
  }

  u32 type() const { return mode & S_IFMT; }
  bool is_directory() const { return type() == S_IFDIR; }
  bool is_regular() const { return type() == S_IFREG; }
  bool is_symlink() const { return type() == S_IFLNK; }
  bool is_device() const { return type() == S_IFCHR || type() == S_IFBLK; }
  // Content lives outside the image.
  bool is_external() const { return is_regular() && size > 0 && !inline_content; }
  // An overlayfs whiteout: character device 0:0.
  bool is_whiteout() const { return type() == S_IFCHR && rdev == 0; }
};
static_assert(sizeof(Inode) == 64);

struct Entry {
  std::string_view name;
  InodeId inode = 0;
  bool link = false;
};

class Builder;

class Tree {
 public:
  Tree(Tree&&) = default;
  Tree& operator=(Tree&&) = default;

  std::size_t inode_count() const { return inodes_.size(); }
  const Inode& operator[](InodeId id) const { return inodes_[id]; }
  Inode& operator[](InodeId id) { return inodes_[id]; }

  // Sorted by name as bytes; empty for everything but directories.
  std::span<const Entry> entries(InodeId dir) const {
    return std::span(entries_).subspan(first_entry_[dir],
                                       first_entry_[dir + 1] - first_entry_[dir]);
  }
  std::span<Entry> all_entries() { return entries_; }

  const XattrPool& xattrs() const { return xattrs_; }
  // The digest of an inode; its `digest` must not be 0.
  Digest digest(const Inode& inode) const {
    return Digest::of(inode.digest_alg, digest_bytes(inode));
  }
  // The same in place, until the next set_digest().
  Bytes digest_bytes(const Inode& inode) const {
    return std::as_bytes(std::span(digests_).subspan(inode.digest - 1))
        .first(fsverity::digest_size(inode.digest_alg));
  }
  void set_digest(InodeId id, const Digest& digest);
  // Holds text for as long as the tree lives.
  Arena& arena() { return arena_; }

 private:
  friend class Builder;
  using Half = std::array<std::byte, 32>;
  Tree() = default;

  std::vector<Inode> inodes_;
  std::vector<Entry> entries_;
  std::vector<u32> first_entry_;  // of directory i; one more at the end
  std::vector<Half> digests_;     // one for SHA-256, two for SHA-512
  XattrPool xattrs_;
  Arena arena_;
};

// Inodes and entries in any order; finish() sorts them into a Tree.
class Builder {
 public:
  // An estimate, however wrong.
  void reserve(std::size_t inodes, std::size_t entries);

  InodeId add_inode(const Inode& inode) {
    tree_.inodes_.push_back(inode);
    return static_cast<InodeId>(tree_.inodes_.size() - 1);
  }
  // `name` must outlive the tree (arena, kept mapping). A link's inode may be set after finish().
  void add_entry(InodeId directory, std::string_view name, InodeId inode, bool link = false) {
    tree_.entries_.push_back({name, inode, link});
    directory_of_.push_back(directory);
  }
  Inode& inode(InodeId id) { return tree_.inodes_[id]; }
  std::size_t inode_count() const { return tree_.inodes_.size(); }
  std::size_t entry_count() const { return tree_.entries_.size(); }
  const Entry& entry(std::size_t index) const { return tree_.entries_[index]; }
  InodeId directory_of(std::size_t index) const { return directory_of_[index]; }

  XattrPool& xattrs() { return tree_.xattrs_; }
  Arena& arena() { return tree_.arena_; }
  void set_digest(InodeId id, const Digest& digest) { tree_.set_digest(id, digest); }

  // The index, in the order of add_entry, of the first entry whose name its directory had already.
  static constexpr std::size_t kNoDuplicate = ~std::size_t{0};
  std::size_t first_duplicate() const;

  // Fails with EEXIST when a directory has a name twice; the builder is then as it was before.
  Result<Tree> finish();

 private:
  Tree tree_;
  std::vector<InodeId> directory_of_;  // of each entry
};

}  // namespace cfs::tree

namespace cfs {
using tree::Tree;
}
