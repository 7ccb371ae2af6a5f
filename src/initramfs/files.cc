// SPDX-License-Identifier: LGPL-2.1-or-later

#include "initramfs/files.h"

#include "base/text.h"

namespace cfs::initramfs {

namespace {

constexpr int kMostLinks = 40;  // as the kernel

std::string join(std::string_view directory, std::string_view name) {
  return directory.empty() ? std::string(name) : cat(directory, "/", name);
}

}  // namespace

Files::Files() {
  auto root = std::make_shared<Node>();
  root->mode = S_IFDIR | 0755;
  nodes_.emplace("", std::move(root));
}

// Component by component; what is not there ends it, but for the last component, whose place is
// known all the same.
std::optional<std::string> Files::place(std::string_view path, bool follow_last,
                                        int links_left) const {
  std::string at;
  while (!path.empty()) {
    std::size_t slash = path.find('/');
    std::string_view name = path.substr(0, slash);
    path.remove_prefix(slash == path.npos ? path.size() : slash + 1);
    const bool last = path.find_first_not_of('/') == path.npos;
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      std::size_t parent = at.rfind('/');
      at.resize(parent == at.npos ? 0 : parent);
      continue;
    }
    std::string next = join(at, name);
    auto found = nodes_.find(next);
    if (found == nodes_.end()) return last ? std::optional(next) : std::nullopt;
    if (found->second->is_link() && (follow_last || !last)) {
      if (links_left == 0) return {};
      const std::string& target = found->second->content;
      std::string whole = target.starts_with('/') ? target : cat(at, "/", target);
      return place(cat(whole, "/", path), follow_last, links_left - 1);
    }
    if (!last && !found->second->is_directory()) return {};
    at = std::move(next);
  }
  return at;
}

bool Files::add(std::string_view path, std::shared_ptr<Node> node) {
  auto at = place(path, false, kMostLinks);
  if (!at) return false;
  std::size_t slash = at->rfind('/');
  auto parent = nodes_.find(slash == at->npos ? "" : std::string_view(*at).substr(0, slash));
  if (parent == nodes_.end() || !parent->second->is_directory()) return false;
  auto& there = nodes_[*at];
  // A directory that has files in it stays, whatever comes: rmdir fails.
  auto below = nodes_.lower_bound(*at + "/");
  const bool full = at->empty() || (below != nodes_.end() && below->first.starts_with(*at + "/"));
  if (there && there->is_directory() && full) return node->is_directory();
  there = std::move(node);
  return true;
}

std::optional<std::string> Files::resolve(std::string_view path) const {
  auto at = place(path, true, kMostLinks);
  if (!at || !nodes_.contains(*at)) return {};
  return at;
}

std::shared_ptr<Node> Files::share(std::string_view path) const {
  auto at = resolve(path);
  return at ? nodes_.find(*at)->second : nullptr;
}

const Node* Files::find(std::string_view path) const { return share(path).get(); }

const Node* Files::find_no_follow(std::string_view path) const {
  auto at = place(path, false, kMostLinks);
  auto found = at ? nodes_.find(*at) : nodes_.end();
  return found == nodes_.end() ? nullptr : found->second.get();
}

std::vector<std::string> Files::list_deep(std::string_view directory) const {
  std::vector<std::string> paths;
  auto at = resolve(directory);
  if (!at) return paths;
  const std::string below = at->empty() ? "" : *at + "/";
  for (auto i = nodes_.lower_bound(below); i != nodes_.end() && i->first.starts_with(below); ++i)
    if (i->second->is_file()) paths.push_back(i->first);
  return paths;
}

std::vector<std::string> Files::list(std::string_view directory) const {
  std::vector<std::string> names;
  auto at = resolve(directory);
  if (!at) return names;
  const std::string below = at->empty() ? "" : *at + "/";
  for (auto i = nodes_.lower_bound(below); i != nodes_.end() && i->first.starts_with(below); ++i) {
    std::string_view name = std::string_view(i->first).substr(below.size());
    if (!name.empty() && name.find('/') == name.npos) names.emplace_back(name);
  }
  return names;
}

}  // namespace cfs::initramfs
