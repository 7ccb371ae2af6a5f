// SPDX-License-Identifier: LGPL-2.1-or-later

// What only ours does: where the reference would crash, hang or write an image that no file system
// may be. Everything else is compared with it in tests/conformance/capi.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "capi/libcomposefs/lcfs-mount.h"
#include "capi/libcomposefs/lcfs-writer.h"

namespace {

using Node = lcfs_node_s;
struct Unref {
  void operator()(Node* node) const { lcfs_node_unref(node); }
};
using NodePtr = std::unique_ptr<Node, Unref>;

NodePtr make(uint32_t mode) {
  NodePtr node(lcfs_node_new());
  lcfs_node_set_mode(node.get(), mode);
  return node;
}

Node* add(Node* parent, const char* name, uint32_t mode) {
  NodePtr child = make(mode);
  EXPECT_EQ(lcfs_node_add_child(parent, child.get(), name), 0);
  return child.release();
}

// 0, or the errno.
int write(Node* root) {
  lcfs_write_options_s options{};
  return lcfs_write_to(root, &options) == 0 ? 0 : errno;
}

TEST(Nodes, CyclesOfLinksAreRefused) {
  NodePtr root = make(S_IFDIR);
  Node *a = add(root.get(), "a", 0), *b = add(root.get(), "b", 0);
  Node* c = add(root.get(), "c", S_IFREG);
  lcfs_node_make_hardlink(a, b);
  lcfs_node_make_hardlink(b, c);
  EXPECT_EQ(write(root.get()), 0);
  lcfs_node_make_hardlink(c, b);
  EXPECT_EQ(write(root.get()), ELOOP);
  lcfs_node_make_hardlink(c, c);
  EXPECT_EQ(write(root.get()), ELOOP);
  lcfs_node_make_hardlink(c, make(S_IFREG).get());  // nodes that hold each other are never gone
}

TEST(Nodes, CyclesOfDirectoriesAreRefused) {
  NodePtr root = make(S_IFDIR);
  Node *a = add(root.get(), "a", S_IFDIR), *b = add(a, "b", S_IFDIR);
  NodePtr alone = make(S_IFDIR);
  for (auto [parent, child] :
       {std::pair{b, root.get()}, {a, root.get()}, {alone.get(), alone.get()}}) {
    EXPECT_EQ(lcfs_node_add_child(parent, child, "loop"), -1);
    EXPECT_EQ(errno, ELOOP);
    EXPECT_EQ(lcfs_node_get_name(child), nullptr);
  }
  EXPECT_EQ(write(root.get()), 0);
  // A tree of its own is none.
  add(alone.get(), "c", S_IFDIR);
  EXPECT_EQ(lcfs_node_add_child(b, alone.release(), "d"), 0);
  EXPECT_EQ(write(root.get()), 0);
}

// C callers keep what a getter gave them while they set other attributes.
TEST(Nodes, TextsOfAttributesStay) {
  NodePtr node = make(S_IFREG);
  ASSERT_EQ(lcfs_node_set_xattr(node.get(), "user.0", "0", 1), 0);
  ASSERT_EQ(lcfs_node_set_xattr(node.get(), "user.1", "1", 1), 0);
  const char* key = lcfs_node_get_xattr_name(node.get(), 1);
  const char* value = lcfs_node_get_xattr(node.get(), "user.1", nullptr);
  for (int i = 2; i < 100; ++i)
    ASSERT_EQ(lcfs_node_set_xattr(node.get(), ("user." + std::to_string(i)).c_str(), "x", 1), 0);
  for (int i = 99; i > 1; --i)
    ASSERT_EQ(lcfs_node_unset_xattr(node.get(), ("user." + std::to_string(i)).c_str()), 0);
  ASSERT_EQ(lcfs_node_unset_xattr(node.get(), "user.0"), 0);  // the last takes its place
  EXPECT_EQ(lcfs_node_get_xattr_name(node.get(), 0), key);
  EXPECT_EQ(lcfs_node_get_xattr(node.get(), "user.1", nullptr), value);
  EXPECT_STREQ(key, "user.1");
  EXPECT_STREQ(value, "1");
}

TEST(Nodes, ContentIsAsLongAsTheSize) {
  for (const std::string& target : {std::string("ab"), std::string(100, 'x')}) {
    NodePtr root = make(S_IFDIR);
    Node* node = add(root.get(), "f", S_IFLNK);
    ASSERT_EQ(lcfs_node_set_content(node, reinterpret_cast<const uint8_t*>("hello"), 5), 0);
    ASSERT_EQ(lcfs_node_set_symlink_payload(node, target.c_str()), 0);
    EXPECT_EQ(lcfs_node_get_content(node), nullptr);
    lcfs_node_set_mode(node, S_IFREG | 0644);
    EXPECT_EQ(write(root.get()), 0);
  }
}

TEST(Nodes, LinksLeadToFilesOfTheTree) {
  NodePtr root = make(S_IFDIR), outside = make(S_IFREG);
  Node *link = add(root.get(), "link", 0), *directory = add(root.get(), "d", S_IFDIR);
  lcfs_node_make_hardlink(link, outside.get());
  EXPECT_EQ(write(root.get()), EINVAL);
  lcfs_node_make_hardlink(link, directory);
  EXPECT_EQ(write(root.get()), EINVAL);
  lcfs_node_make_hardlink(link, add(directory, "file", S_IFREG));
  EXPECT_EQ(write(root.get()), 0);
}

TEST(Nodes, NamesThatNoDirectoryListsAreRefused) {
  for (const char* name : {".", "..", "a/b", "/"}) {
    NodePtr root = make(S_IFDIR);
    add(root.get(), name, S_IFREG);
    EXPECT_EQ(write(root.get()), EINVAL) << name;
  }
}

TEST(Nodes, ChildrenOfWhatIsNoDirectoryAreRefused) {
  NodePtr root = make(S_IFDIR);
  Node* directory = add(root.get(), "d", S_IFDIR);
  add(directory, "x", S_IFREG);
  lcfs_node_set_mode(directory, S_IFREG);
  EXPECT_EQ(write(root.get()), ENOTDIR);
}

TEST(Nodes, SymlinksNeedATarget) {
  NodePtr root = make(S_IFDIR);
  Node* link = add(root.get(), "l", S_IFLNK);
  EXPECT_EQ(write(root.get()), EINVAL);
  EXPECT_EQ(lcfs_node_set_symlink_payload(link, nullptr), -1);
  EXPECT_EQ(errno, EINVAL);
  lcfs_node_set_mode(link, S_IFREG);
  EXPECT_EQ(lcfs_node_set_symlink_payload(link, "target"), -1);
  EXPECT_EQ(errno, EINVAL);
}

TEST(Nodes, AChildMayOutliveItsParent) {
  NodePtr root = make(S_IFDIR), child(lcfs_node_ref(add(root.get(), "x", S_IFREG)));
  root = make(S_IFDIR);
  EXPECT_EQ(lcfs_node_get_parent(child.get()), nullptr);
  EXPECT_EQ(lcfs_node_get_name(child.get()), nullptr);
  EXPECT_EQ(lcfs_node_add_child(root.get(), lcfs_node_ref(child.get()), "y"), 0);
  EXPECT_STREQ(lcfs_node_get_name(child.get()), "y");
}

TEST(Nodes, TreesMayBeDeeperThanTheStack) {
  NodePtr root = make(S_IFDIR);
  Node* at = root.get();
  for (int i = 0; i < 300000; ++i) at = add(at, "d", S_IFDIR);
  NodePtr copy(lcfs_node_clone_deep(root.get()));
  EXPECT_EQ(lcfs_node_get_n_children(copy.get()), 1u);
}

TEST(Nodes, EveryOrderOfNamesIsSorted) {
  NodePtr root = make(S_IFDIR);
  for (unsigned i = 0; i < 5000; ++i)
    add(root.get(), std::to_string(i * 7919 % 5000).c_str(), S_IFREG);
  for (std::size_t i = 1; i < 5000; ++i)
    ASSERT_LT(std::string(lcfs_node_get_name(lcfs_node_get_child(root.get(), i - 1))),
              lcfs_node_get_name(lcfs_node_get_child(root.get(), i)));
}

// As when a FIFO has taken the place of the file that the size is from.
TEST(Nodes, ContentOfAFifoIsRefusedAtOnce) {
  std::string path = testing::TempDir() + "fifo." + std::to_string(::getpid());
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  NodePtr node = make(S_IFREG | 0644);
  lcfs_node_set_size(node.get(), 10);
  ::alarm(10);  // instead of waiting for a writer
  EXPECT_EQ(lcfs_node_set_from_content(node.get(), AT_FDCWD, path.c_str(), 0), -1);
  EXPECT_EQ(errno, ENODATA);
  EXPECT_EQ(
      lcfs_node_set_from_content(node.get(), AT_FDCWD, path.c_str(), LCFS_BUILD_COMPUTE_DIGEST),
      -1);
  ::alarm(0);
  ::unlink(path.c_str());
}

// As when a file is cut while it is read. Files of sysfs say a page and have few bytes; a build
// root may be without.
TEST(Nodes, DigestsOfFewerBytesThanTheSizeAreRefused) {
  const char* path = "/sys/kernel/uevent_seqnum";
  struct stat st;
  if (::stat(path, &st) < 0 || st.st_size < 4096) GTEST_SKIP() << "no sysfs";
  for (int flags : {LCFS_BUILD_COMPUTE_DIGEST, LCFS_BUILD_BY_DIGEST}) {
    EXPECT_EQ(NodePtr(lcfs_load_node_from_file(AT_FDCWD, path, flags | LCFS_BUILD_SKIP_XATTRS)),
              nullptr);
    EXPECT_EQ(errno, ENODATA);
  }
}

TEST(Mounting, DigestsAreTakenByTheirFullLength) {
  const char* objects[] = {"/"};
  lcfs_mount_options_s options{};
  options.objdirs = objects;
  options.n_objdirs = 1;
  const std::string digest(64, 'a');
  for (const std::string& wrong :
       {std::string(), digest.substr(1), digest + "a", digest.substr(2)}) {
    options.expected_fsverity_digest = wrong.c_str();
    EXPECT_EQ(lcfs_mount_image("/none", "/", &options), -1);
    EXPECT_EQ(errno, EINVAL) << wrong;
  }
  options.expected_fsverity_digest = digest.c_str();
  EXPECT_EQ(lcfs_mount_image("/none", "/", &options), -1);
  EXPECT_EQ(errno, ENOENT);
}

}  // namespace
