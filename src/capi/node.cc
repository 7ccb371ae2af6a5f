// SPDX-License-Identifier: LGPL-2.1-or-later

// Nodes: their life, their place in the tree, copies.

#include "capi/node.h"

#include <algorithm>
#include <cstdlib>
#include <unordered_map>

#include "capi/boundary.h"

namespace cfs::capi {

std::size_t child_position(const Node& directory, std::string_view name) {
  const auto& children = directory.children;
  if (!children.empty() && children.back()->name < name) return children.size();
  auto at = std::ranges::lower_bound(children, name, {},
                                     [](Node* child) { return std::string_view(child->name); });
  return static_cast<std::size_t>(at - children.begin());
}

void append_child(Node& parent, NodePtr child, std::string_view name) {
  child->name = name;
  parent.children.push_back(child.get());
  child.release()->parent = &parent;
}

void set_link_target(Node& node, Node& target) {
  Node* before = std::exchange(node.link_target, lcfs_node_ref(&target));
  if (before) lcfs_node_unref(before);
}

void set_payload(Node& node, std::string_view payload) {
  auto copy = std::make_unique_for_overwrite<char[]>(payload.size() + 1);
  std::copy_n(payload.data(), payload.size(), copy.get());
  copy[payload.size()] = '\0';
  node.payload = std::move(copy);
}

namespace {

NodePtr clone(const Node& from) {
  NodePtr node(new Node);
  if (from.link_target) set_link_target(*node, *from.link_target);
  if (from.payload) set_payload(*node, from.payload.get());
  node->content = from.content;
  node->xattrs.reserve(from.xattrs.size());
  for (const auto& xattr : from.xattrs) node->xattrs.push_back(std::make_unique<NodeXattr>(*xattr));
  node->xattr_budget = from.xattr_budget;
  node->mode = from.mode;
  node->nlink = from.nlink;
  node->uid = from.uid;
  node->gid = from.gid;
  node->rdev = from.rdev;
  node->size = from.size;
  node->mtime = from.mtime;
  node->mtime_nsec = from.mtime_nsec;
  node->digest = from.digest;
  return node;
}

NodePtr clone_deep(const Node& from) {
  NodePtr root = clone(from);
  std::unordered_map<const Node*, Node*> copies{{&from, root.get()}};
  std::vector<std::pair<const Node*, Node*>> open{{&from, root.get()}};
  std::vector<Node*> links;
  if (root->link_target) links.push_back(root.get());
  while (!open.empty()) {
    auto [original, copy] = open.back();
    open.pop_back();
    for (const Node* child : original->children) {
      NodePtr twin = clone(*child);
      copies[child] = twin.get();
      open.emplace_back(child, twin.get());
      if (twin->link_target) links.push_back(twin.get());
      append_child(*copy, std::move(twin), child->name);
    }
  }
  for (Node* link : links)
    if (auto at = copies.find(link->link_target); at != copies.end())
      set_link_target(*link, *at->second);
  return root;
}

// Whether `node` has `other` above it, or is it.
bool is_below(const Node& node, const Node& other) {
  const Node* at = &node;
  while (at && at != &other) at = at->parent;
  return at != nullptr;
}

int add_child(Node& parent, Node& child, std::string_view name) {
  if (!parent.is_directory()) return refuse(ENOTDIR);
  if (name.empty()) return refuse(EINVAL);
  if (name.size() > tree::kNameMax) return refuse(ENAMETOOLONG);
  if (!child.name.empty()) return refuse(EMLINK);
  // Only what has children can be above something.
  if (&child == &parent || (!child.children.empty() && is_below(parent, child)))
    return refuse(ELOOP);
  std::size_t at = child_position(parent, name);
  if (at < parent.children.size() && parent.children[at]->name == name) return refuse(EEXIST);
  std::string copy(name);
  parent.children.insert(parent.children.begin() + static_cast<std::ptrdiff_t>(at), &child);
  child.name.swap(copy);
  child.parent = &parent;
  return 0;
}

}  // namespace

}  // namespace cfs::capi

using namespace cfs::capi;

lcfs_node_s* lcfs_node_new() {
  return guarded<Node*>(nullptr, [] { return new Node; });
}

lcfs_node_s* lcfs_node_ref(lcfs_node_s* node) {
  ++node->references;
  return node;
}

// Takes no memory and no recursion: trees may be deeper than the stack. The children of what goes
// are hung onto the chain `going` by their parent pointers.
void lcfs_node_unref(lcfs_node_s* node) {
  if (--node->references > 0) return;
  if (node->parent) std::abort();  // its parent would be left with a name for nothing
  Node* going = node;
  while (going) {
    Node* gone = std::exchange(going, going->parent);
    auto let_go = [&](Node* other) {
      other->parent = going;
      going = other;
    };
    for (Node* child : gone->children) {
      child->parent = nullptr;
      child->name.clear();
      if (--child->references == 0) let_go(child);
    }
    // A target without a parent is nobody's child.
    if (Node* target = gone->link_target; target && --target->references == 0) let_go(target);
    delete gone;
  }
}

lcfs_node_s* lcfs_node_clone(lcfs_node_s* node) {
  return guarded<Node*>(nullptr, [&] { return clone(*node).release(); });
}

lcfs_node_s* lcfs_node_clone_deep(lcfs_node_s* node) {
  return guarded<Node*>(nullptr, [&] { return clone_deep(*node).release(); });
}

lcfs_node_s* lcfs_node_get_parent(lcfs_node_s* node) { return node->parent; }

const char* lcfs_node_get_name(lcfs_node_s* node) {
  return node->name.empty() ? nullptr : node->name.c_str();
}

size_t lcfs_node_get_n_children(lcfs_node_s* node) { return node->children.size(); }

lcfs_node_s* lcfs_node_get_child(lcfs_node_s* node, size_t i) {
  return i < node->children.size() ? node->children[i] : nullptr;
}

lcfs_node_s* lcfs_node_lookup_child(lcfs_node_s* node, const char* name) {
  std::size_t at = child_position(*node, name);
  bool found = at < node->children.size() && node->children[at]->name == name;
  return found ? node->children[at] : nullptr;
}

int lcfs_node_add_child(lcfs_node_s* parent, lcfs_node_s* child, const char* name) {
  return guarded(-1, [&] { return add_child(*parent, *child, name); });
}

void lcfs_node_make_hardlink(lcfs_node_s* node, lcfs_node_s* target) {
  ++target->nlink;
  set_link_target(*node, *target);
}

lcfs_node_s* lcfs_node_get_hardlink_target(lcfs_node_s* node) { return node->link_target; }
