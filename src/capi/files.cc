// SPDX-License-Identifier: LGPL-2.1-or-later

// Nodes from files. What is recorded is what tree/scan.cc records, for the same reason: it decides
// the image. Here a directory is read entry by entry on the caller's own thread.

#include <dirent.h>
#include <linux/limits.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <climits>
#include <cstring>

#include "base/directory.h"
#include "base/fd.h"
#include "base/text.h"
#include "capi/boundary.h"
#include "capi/node.h"
#include "fsverity/digest.h"
#include "merkle/merkle.h"

namespace cfs::capi {

namespace {

constexpr int kKnownFlags = LCFS_BUILD_SKIP_XATTRS | LCFS_BUILD_USE_EPOCH |
                            LCFS_BUILD_SKIP_DEVICES | LCFS_BUILD_COMPUTE_DIGEST |
                            LCFS_BUILD_NO_INLINE | LCFS_BUILD_USER_XATTRS | LCFS_BUILD_BY_DIGEST;
constexpr int kDepthMax = 4096;  // each level takes a descriptor and stack

tl::unexpected<Error> failed(int code) { return fail_with(code, Error::describe(code)); }
tl::unexpected<Error> failed() { return failed(errno); }

Result<> check_flags(int flags) {
  constexpr int kBoth = LCFS_BUILD_SKIP_XATTRS | LCFS_BUILD_USER_XATTRS;
  if ((flags & ~kKnownFlags) != 0 || (flags & kBoth) == kBoth) return failed(EINVAL);
  return {};
}

// A list or a value whose size may change between asking and reading.
template <class Call>
Result<std::string> read_growing(Call call) {
  for (std::string buffer(1024, '\0');; buffer.resize(buffer.size() * 4)) {
    ssize_t n = call(buffer.data(), buffer.size());
    if (n >= 0) {
      buffer.resize(static_cast<std::size_t>(n));
      return buffer;
    }
    if (errno != ERANGE || buffer.size() > XATTR_SIZE_MAX) return failed();
  }
}

Result<> load_xattrs(Node& node, int dir, const char* name, int flags) {
  TRY_ASSIGN(Fd file, open_at(dir, name, O_PATH | O_NOFOLLOW));
  std::string path = cat("/proc/self/fd/", file.get());
  TRY_ASSIGN(std::string names, read_growing([&](char* to, std::size_t size) {
               return ::listxattr(path.c_str(), to, size);
             }));
  for (const char* at = names.data(); at < names.data() + names.size(); at += std::strlen(at) + 1) {
    if ((flags & LCFS_BUILD_USER_XATTRS) && !std::string_view(at).starts_with("user.")) continue;
    TRY_ASSIGN(std::string value, read_growing([&](char* to, std::size_t size) {
                 return ::getxattr(path.c_str(), at, to, size);
               }));
    if (lcfs_node_set_xattr(&node, at, value.data(), value.size()) < 0) return failed();
  }
  return {};
}

Result<> load_link(Node& node, int dir, const char* name) {
  char target[PATH_MAX];
  ssize_t size = ::readlinkat(dir, name, target, sizeof target);
  if (size < 0) return failed();
  if (size == sizeof target) return failed(ENAMETOOLONG);
  set_payload(node, {target, static_cast<std::size_t>(size)});
  return {};
}

Result<> keep_inline(Node& node, int fd) {
  uint8_t content[LCFS_RECOMMENDED_INLINE_CONTENT_MAX];
  MutableBytes bytes(reinterpret_cast<std::byte*>(content), node.size);
  TRY_ASSIGN(std::size_t n, pread_full(fd, bytes, 0));
  if (n < node.size) return failed(ENODATA);
  if (lcfs_node_set_content(&node, content, node.size) < 0) return failed();
  return {};
}

// With `own_size` the node's size is what `name` had when we looked: somebody may have put another
// file there since, or changed it. Otherwise it is the caller's, and not looked into.
Result<> set_from_content(Node& node, int dir, const char* name, int flags, bool own_size = false) {
  TRY(check_flags(flags));
  bool compute = flags & LCFS_BUILD_COMPUTE_DIGEST, by_digest = flags & LCFS_BUILD_BY_DIGEST;
  bool keep = !(flags & LCFS_BUILD_NO_INLINE) && node.size <= LCFS_RECOMMENDED_INLINE_CONTENT_MAX;
  if (node.size == 0 || !(compute || by_digest || keep)) return {};
  TRY_ASSIGN(Fd file, open_at(dir, name, O_RDONLY | O_NONBLOCK | (own_size ? O_NOFOLLOW : 0)));
  struct stat st;
  if (::fstat(file.get(), &st) < 0) return failed();
  if (!S_ISREG(st.st_mode)) return failed(ENODATA);
  if (compute || by_digest) {
    u64 size = 0;
    auto digest = merkle::digest_of_fd(HashAlg::kSha256, file.get(), &size);
    if (!digest || (own_size && size != node.size)) return failed(ENODATA);
    if (by_digest) set_payload(node, digest->object_path());
    if (compute)
      node.digest = *digest;
    else
      node.digest.reset();
  }
  return keep ? keep_inline(node, file.get()) : Result<>();
}

Result<NodePtr> load(int dir, const char* name, int flags) {
  TRY(check_flags(flags));
  struct stat st;
  if (::fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0) return failed();
  NodePtr node(new Node);
  node->mode = st.st_mode;
  node->uid = st.st_uid;
  node->gid = st.st_gid;
  node->rdev = static_cast<u32>(st.st_rdev);
  node->size = static_cast<u64>(st.st_size);
  if (!(flags & LCFS_BUILD_USE_EPOCH)) {
    node->mtime = st.st_mtim.tv_sec;
    node->mtime_nsec = static_cast<u32>(st.st_mtim.tv_nsec);
  }
  if (S_ISREG(st.st_mode)) TRY(set_from_content(*node, dir, name, flags, true));
  if (S_ISLNK(st.st_mode)) TRY(load_link(*node, dir, name));
  if (!(flags & LCFS_BUILD_SKIP_XATTRS)) TRY(load_xattrs(*node, dir, name, flags));
  return node;
}

// The tree below one path; `path` is what is being read, for the caller to see after a failure.
class Building {
 public:
  Building(int flags, std::string& path) : flags_(flags), path_(path) {}

  Result<NodePtr> run(int dir, const char* name, int depth = 0) {
    TRY_ASSIGN(NodePtr node, load(dir, name, flags_));
    if (!node->is_directory()) return node;
    if (depth > kDepthMax) return failed(ELOOP);
    TRY_ASSIGN(Fd fd, open_at(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
    TRY_ASSIGN(auto entries, list_directory(fd.get()));
    std::size_t above = path_.size();
    for (const auto& [entry, type] : entries) {
      if ((type == DT_BLK || type == DT_CHR) && (flags_ & LCFS_BUILD_SKIP_DEVICES)) continue;
      path_ += cat("/", entry);
      TRY_ASSIGN(NodePtr child, run(fd.get(), entry.c_str(), depth + 1));
      if (lcfs_node_add_child(node.get(), child.get(), entry.c_str()) < 0) return failed();
      child.release();
      path_.resize(above);
    }
    return node;
  }

 private:
  int flags_;
  std::string& path_;
};

}  // namespace

}  // namespace cfs::capi

using namespace cfs::capi;

lcfs_node_s* lcfs_load_node_from_file(int dirfd, const char* fname, int buildflags) {
  return guarded<Node*>(nullptr, [&] { return hand_over(load(dirfd, fname, buildflags)); });
}

int lcfs_node_set_from_content(lcfs_node_s* node, int dirfd, const char* fname, int buildflags) {
  return guarded(-1, [&] { return answer(set_from_content(*node, dirfd, fname, buildflags)); });
}

lcfs_node_s* lcfs_build(int dirfd, const char* fname, int buildflags, char** failed_path_out) {
  if (failed_path_out) *failed_path_out = nullptr;
  return guarded<Node*>(nullptr, [&] {
    std::string path = fname;
    auto built = Building(buildflags, path).run(dirfd, fname);
    if (!built && failed_path_out) *failed_path_out = ::strdup(path.c_str());
    return hand_over(std::move(built));
  });
}
