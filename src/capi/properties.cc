// SPDX-License-Identifier: LGPL-2.1-or-later

// What a node says of its inode: numbers, payload, content, attributes.

#include <algorithm>
#include <cstring>
#include <ctime>

#include "capi/boundary.h"
#include "capi/node.h"

namespace cfs::capi {

namespace {

std::unique_ptr<NodeXattr> new_xattr(std::string_view key, std::string_view value) {
  return std::make_unique<NodeXattr>(NodeXattr{std::string(key), std::string(value)});
}

}  // namespace

void append_xattr(Node& node, std::string_view key, std::string_view value) {
  node.xattrs.push_back(new_xattr(key, value));
  node.xattr_budget.add(key.size(), value.size());
}

namespace {

auto find_xattr(Node& node, std::string_view key) {
  return std::ranges::find(node.xattrs, key,
                           [](const auto& x) { return std::string_view(x->key); });
}

// The last one takes its place, as in the reference: the order shows in dumps.
void remove_xattr(Node& node, std::unique_ptr<NodeXattr>& xattr) {
  std::swap(xattr, node.xattrs.back());
  node.xattrs.pop_back();
}

int set_xattr(Node& node, std::string_view key, std::string_view value) {
  if (key.empty() || key.size() > tree::XattrBudget::kKeyMax) return refuse(ERANGE);
  if (value.size() > tree::XattrBudget::kValueMax) return refuse(EINVAL);
  auto old = find_xattr(node, key);
  tree::XattrBudget budget = node.xattr_budget;
  if (old != node.xattrs.end()) budget.remove(key.size(), (*old)->value.size());
  if (!budget.add(key.size(), value.size())) return refuse(ERANGE);
  auto fresh = new_xattr(key, value);
  if (old != node.xattrs.end()) remove_xattr(node, *old);
  node.xattrs.push_back(std::move(fresh));
  node.xattr_budget = budget;
  return 0;
}

int set_text(Node& node, std::string_view payload) {
  if (payload.size() > tree::kPathPayloadMax) return refuse(ENAMETOOLONG);
  set_payload(node, payload);
  return 0;
}

}  // namespace

}  // namespace cfs::capi

using namespace cfs::capi;

const char* lcfs_node_get_xattr(lcfs_node_s* node, const char* name, size_t* length) {
  auto at = find_xattr(*node, name);
  if (at == node->xattrs.end()) return nullptr;
  if (length) *length = (*at)->value.size();
  return (*at)->value.c_str();
}

int lcfs_node_set_xattr(lcfs_node_s* node, const char* name, const char* value, size_t value_len) {
  return guarded(-1, [&] { return set_xattr(*node, name, {value, value_len}); });
}

int lcfs_node_unset_xattr(lcfs_node_s* node, const char* name) {
  auto at = find_xattr(*node, name);
  if (at == node->xattrs.end()) return refuse(ENODATA);
  node->xattr_budget.remove((*at)->key.size(), (*at)->value.size());
  remove_xattr(*node, *at);
  return 0;
}

size_t lcfs_node_get_n_xattr(lcfs_node_s* node) { return node->xattrs.size(); }

const char* lcfs_node_get_xattr_name(lcfs_node_s* node, size_t index) {
  return index < node->xattrs.size() ? node->xattrs[index]->key.c_str() : nullptr;
}

int lcfs_node_set_payload(lcfs_node_s* node, const char* payload) {
  if (!payload) {
    node->payload.reset();
    return 0;
  }
  return guarded(-1, [&] { return set_text(*node, payload); });
}

int lcfs_node_set_symlink_payload(lcfs_node_s* node, const char* payload) {
  std::size_t size = payload ? std::strlen(payload) : 0;
  if ((node->mode & S_IFMT) != S_IFLNK || size == 0) return refuse(EINVAL);
  if (int failed = guarded(-1, [&] { return set_text(*node, payload); })) return failed;
  lcfs_node_set_size(node, size);
  return 0;
}

const char* lcfs_node_get_payload(lcfs_node_s* node) { return node->payload.get(); }

int lcfs_node_set_content(lcfs_node_s* node, const uint8_t* data, size_t data_size) {
  if (data_size > cfs::tree::kInlineContentMax) return refuse(EINVAL);
  return guarded(-1, [&] {
    node->content.assign(reinterpret_cast<const char*>(data), data ? data_size : 0);
    node->size = data_size;
    return 0;
  });
}

const uint8_t* lcfs_node_get_content(lcfs_node_s* node) {
  return node->content.empty() ? nullptr : reinterpret_cast<const uint8_t*>(node->content.data());
}

bool lcfs_node_dirp(lcfs_node_s* node) { return node->is_directory(); }

uint32_t lcfs_node_get_mode(lcfs_node_s* node) { return node->mode; }
void lcfs_node_set_mode(lcfs_node_s* node, uint32_t mode) { node->mode = mode; }
int lcfs_node_try_set_mode(lcfs_node_s* node, uint32_t mode) {
  if (!cfs::tree::valid_file_type(mode)) return refuse(EINVAL);
  node->mode = mode;
  return 0;
}

uint32_t lcfs_node_get_uid(lcfs_node_s* node) { return node->uid; }
void lcfs_node_set_uid(lcfs_node_s* node, uint32_t uid) { node->uid = uid; }
uint32_t lcfs_node_get_gid(lcfs_node_s* node) { return node->gid; }
void lcfs_node_set_gid(lcfs_node_s* node, uint32_t gid) { node->gid = gid; }

uint32_t lcfs_node_get_rdev(lcfs_node_s* node) { return node->rdev; }
uint64_t lcfs_node_get_rdev64(lcfs_node_s* node) { return node->rdev; }
void lcfs_node_set_rdev(lcfs_node_s* node, uint32_t rdev) { node->rdev = rdev; }
void lcfs_node_set_rdev64(lcfs_node_s* node, uint64_t rdev) {
  node->rdev = static_cast<uint32_t>(rdev);
}

uint32_t lcfs_node_get_nlink(lcfs_node_s* node) { return node->nlink; }
void lcfs_node_set_nlink(lcfs_node_s* node, uint32_t nlink) { node->nlink = nlink; }

uint64_t lcfs_node_get_size(lcfs_node_s* node) { return node->size; }
void lcfs_node_set_size(lcfs_node_s* node, uint64_t size) {
  if (size != node->size) node->content.clear();
  node->size = size;
}

void lcfs_node_set_mtime(lcfs_node_s* node, timespec* time) {
  node->mtime = time->tv_sec;
  node->mtime_nsec = static_cast<uint32_t>(time->tv_nsec);
}
void lcfs_node_get_mtime(lcfs_node_s* node, timespec* time) {
  time->tv_sec = node->mtime;
  time->tv_nsec = node->mtime_nsec;
}

const uint8_t* lcfs_node_get_fsverity_digest(lcfs_node_s* node) {
  bool known = node->digest && node->digest->alg == cfs::HashAlg::kSha256;
  return known ? reinterpret_cast<const uint8_t*>(node->digest->storage.data()) : nullptr;
}
void lcfs_node_set_fsverity_digest(lcfs_node_s* node, uint8_t digest[LCFS_DIGEST_SIZE]) {
  cfs::Bytes bytes(reinterpret_cast<const std::byte*>(digest), LCFS_DIGEST_SIZE);
  node->digest = cfs::Digest::of(cfs::HashAlg::kSha256, bytes);
}
