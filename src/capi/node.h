// SPDX-License-Identifier: LGPL-2.1-or-later

// The mutable tree of C callers: what they set, one node at a time. It becomes a tree::Tree when an
// image is written and is made from one when an image is read.

#pragma once

#include <cerrno>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "capi/libcomposefs/lcfs-writer.h"
#include "tree/rules.h"
#include "tree/tree.h"

namespace cfs::capi {

using Node = lcfs_node_s;

struct Unref {
  void operator()(Node* node) const { lcfs_node_unref(node); }
};
using NodePtr = std::unique_ptr<Node, Unref>;

// To a C caller: the node, or NULL with errno.
inline Node* hand_over(Result<NodePtr> node) {
  if (node) return node->release();
  errno = node.error().code;
  return nullptr;
}

struct NodeXattr {
  std::string key, value;
};

// The position of `name`, or of the first child after it.
std::size_t child_position(const Node& directory, std::string_view name);
// Puts a nameless child behind all others, in whose order its name is.
void append_child(Node& parent, NodePtr child, std::string_view name);
void set_link_target(Node& node, Node& target);
void set_payload(Node& node, std::string_view payload);
// The rules of sizes are the caller's.
void append_xattr(Node& node, std::string_view key, std::string_view value);

}  // namespace cfs::capi

// Named and declared by the installed header.
struct lcfs_node_s {
  int references = 1;
  lcfs_node_s* parent = nullptr;
  lcfs_node_s* link_target = nullptr;  // of which a reference is held
  std::string name;                    // empty until it is given to a parent
  std::vector<lcfs_node_s*> children;  // sorted by name

  std::unique_ptr<char[]> payload;
  std::string content;  // not empty: as long as `size`
  std::vector<std::unique_ptr<cfs::capi::NodeXattr>> xattrs;  // whose texts C callers hold

  std::uint32_t mode = 0, nlink = 1, uid = 0, gid = 0, rdev = 0, mtime_nsec = 0;
  std::uint64_t size = 0;
  std::int64_t mtime = 0;
  std::optional<cfs::Digest> digest;  // C callers see those of SHA-256; others are only kept
  cfs::tree::XattrBudget xattr_budget;

  bool is_directory() const { return (mode & S_IFMT) == S_IFDIR; }
};

// mkcomposefs 1.0.8, as distributions have built it, looks at the mode without asking for it.
static_assert(offsetof(lcfs_node_s, mode) == 0x90);
