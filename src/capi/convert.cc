// SPDX-License-Identifier: LGPL-2.1-or-later

#include "capi/convert.h"

#include <cerrno>
#include <unordered_map>

namespace cfs::capi {

namespace {

using tree::InodeId;

tl::unexpected<Error> refuse_node(int code) { return fail_with(code, Error::describe(code)); }

class ToTree {
 public:
  Result<Tree> run(const Node& root) {
    TRY(find_targets(root));
    TRY(add(root));
    // Links come before or after what they name: their inodes are known only now.
    TRY_ASSIGN(Tree tree, builder_.finish());
    for (tree::Entry& entry : tree.all_entries()) {
      if (!entry.link) continue;
      InodeId id = targets_.at(links_[entry.inode]);
      if (id == kUnknown || tree[id].is_directory()) return refuse_node(EINVAL);
      entry.inode = id;
    }
    return tree;
  }

 private:
  static constexpr InodeId kUnknown = ~InodeId{0};

  static Result<const Node*> end_of_chain(const Node* link) {
    // A second runner, twice as fast, meets the first one in a cycle.
    const Node* fast = link;
    while (link->link_target) {
      link = link->link_target;
      for (int i = 0; i < 2 && fast->link_target; ++i) fast = fast->link_target;
      if (link == fast && fast->link_target) return refuse_node(ELOOP);
    }
    return link;
  }

  Result<> find_targets(const Node& root);
  Result<> add(const Node& root);
  InodeId add_inode(const Node& node);

  tree::Builder builder_;
  std::unordered_map<const Node*, InodeId> targets_;
  std::vector<const Node*> links_;  // the target of each, in the order of add()
  std::vector<tree::Xattr> xattrs_;
};

// Depth first; visit(parent's value, node) → the node's value.
template <class Value, class Visit>
Result<> walk_nodes(const Node& root, Value value, Visit visit) {
  std::vector<std::pair<const Node*, Value>> open{{&root, value}};
  while (!open.empty()) {
    auto [directory, of_directory] = open.back();
    open.pop_back();
    for (const Node* child : directory->children) {
      TRY_ASSIGN(Value of_child, visit(of_directory, *child));
      if (!child->children.empty()) open.emplace_back(child, of_child);
    }
  }
  return {};
}

Result<> ToTree::find_targets(const Node& root) {
  return walk_nodes(root, 0, [&](int, const Node& node) -> Result<int> {
    if (!node.link_target) return 0;
    TRY_ASSIGN(const Node* target, end_of_chain(&node));
    targets_.emplace(target, kUnknown);
    return 0;
  });
}

bool valid_name(std::string_view name) {
  return name != "." && name != ".." && name.find('/') == name.npos;
}

bool lacks_target(const Node& node) {
  return (node.mode & S_IFMT) == S_IFLNK && (!node.payload || !node.payload[0]);
}

Result<> ToTree::add(const Node& root) {
  if (root.link_target) return refuse_node(EINVAL);
  return walk_nodes(
      root, add_inode(root), [&](InodeId parent, const Node& node) -> Result<InodeId> {
        if (!valid_name(node.name)) return refuse_node(EINVAL);
        if (!builder_.inode(parent).is_directory()) return refuse_node(ENOTDIR);
        if (node.link_target) {
          if (!node.children.empty()) return refuse_node(EINVAL);
          TRY_ASSIGN(const Node* target, end_of_chain(&node));
          builder_.add_entry(parent, node.name, static_cast<InodeId>(links_.size()), true);
          links_.push_back(target);
          return kUnknown;
        }
        if (lacks_target(node)) return refuse_node(EINVAL);
        InodeId id = add_inode(node);
        builder_.add_entry(parent, node.name, id);
        return id;
      });
}

InodeId ToTree::add_inode(const Node& node) {
  tree::Inode inode;
  inode.size = node.size;
  inode.mtime = node.mtime;
  inode.mtime_nsec = node.mtime_nsec;
  inode.uid = node.uid;
  inode.gid = node.gid;
  inode.nlink = node.nlink;
  inode.rdev = node.rdev;
  inode.mode = static_cast<u16>(node.mode);
  inode.inline_content = inode.is_regular() && !node.content.empty();
  if (inode.inline_content)
    inode.set_data(node.content);
  else if (node.payload && (inode.is_regular() || inode.is_symlink()))
    inode.set_data(node.payload.get());
  xattrs_.clear();
  for (const auto& xattr : node.xattrs) xattrs_.push_back({xattr->key, xattr->value});
  inode.xattrs = builder_.xattrs().intern(xattrs_);
  InodeId id = builder_.add_inode(inode);
  if (node.digest) builder_.set_digest(id, *node.digest);
  if (auto target = targets_.find(&node); target != targets_.end()) target->second = id;
  return id;
}

}  // namespace

Result<Tree> to_tree(const Node& root) { return ToTree().run(root); }

namespace {

NodePtr node_of(const Tree& tree, const tree::Inode& inode) {
  NodePtr node(new Node);
  node->mode = inode.mode;
  node->nlink = inode.nlink;
  node->uid = inode.uid;
  node->gid = inode.gid;
  node->rdev = inode.is_device() ? inode.rdev : 0;
  node->size = inode.size;
  node->mtime = inode.mtime;
  node->mtime_nsec = inode.mtime_nsec;
  if (inode.inline_content)
    node->content = inode.data();
  else if (!inode.data().empty())
    set_payload(*node, inode.data());
  if (inode.digest) node->digest = tree.digest(inode);
  auto set = tree.xattrs().set(inode.xattrs);
  node->xattrs.reserve(set.size());
  for (tree::XattrId id : set)
    append_xattr(*node, tree.xattrs().pair(id).key, tree.xattrs().pair(id).value);
  return node;
}

}  // namespace

NodePtr from_tree(const Tree& tree) {
  std::vector<Node*> nodes(tree.inode_count());
  std::vector<std::pair<Node*, InodeId>> links;
  NodePtr root = node_of(tree, tree[tree::kRoot]);
  nodes[tree::kRoot] = root.get();
  std::vector<InodeId> open{tree::kRoot};
  while (!open.empty()) {
    InodeId directory = open.back();
    open.pop_back();
    auto entries = tree.entries(directory);
    nodes[directory]->children.reserve(entries.size());
    for (const tree::Entry& entry : entries) {
      NodePtr child = entry.link ? NodePtr(new Node) : node_of(tree, tree[entry.inode]);
      if (entry.link) {
        links.emplace_back(child.get(), entry.inode);
      } else {
        nodes[entry.inode] = child.get();
        if (tree[entry.inode].is_directory()) open.push_back(entry.inode);
      }
      append_child(*nodes[directory], std::move(child), entry.name);
    }
  }
  for (auto [link, target] : links) set_link_target(*link, *nodes[target]);
  return root;
}

}  // namespace cfs::capi
