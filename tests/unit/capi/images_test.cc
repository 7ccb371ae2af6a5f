// SPDX-License-Identifier: LGPL-2.1-or-later

#include <gtest/gtest.h>

#include <cerrno>
#include <climits>
#include <cstdio>

#include "capi/libcomposefs/lcfs-writer.h"
#include "erofs/writer.h"

namespace {

using namespace cfs;

std::string image_of(const Tree& tree) {
  std::string image;
  EXPECT_TRUE(erofs::write_image(tree, {}, [&](Bytes bytes) -> Result<> {
    image += as_text(bytes);
    return {};
  }));
  return image;
}

ssize_t append(void* file, void* buffer, std::size_t size) {
  static_cast<std::string*>(file)->append(static_cast<char*>(buffer), size);
  return static_cast<ssize_t>(size);
}

// C callers have no way to say a SHA-512 digest, but do not lose it either.
TEST(Images, DigestsOfSha512AreKept) {
  tree::Builder builder;
  tree::Inode root_inode, file;
  root_inode.mode = S_IFDIR | 0755;
  file.mode = S_IFREG | 0644;
  file.size = 100;
  file.set_data("ab/cd");
  builder.add_inode(root_inode);
  builder.add_entry(tree::kRoot, "a", builder.add_inode(file));
  auto tree = builder.finish();
  ASSERT_TRUE(tree);
  Digest digest{.alg = HashAlg::kSha512};
  digest.storage.fill(std::byte{0xab});
  tree->set_digest(1, digest);
  const std::string image = image_of(*tree);

  lcfs_node_s* root =
      lcfs_load_node_from_image(reinterpret_cast<const uint8_t*>(image.data()), image.size());
  ASSERT_NE(root, nullptr);
  lcfs_node_s* copy = lcfs_node_clone_deep(root);
  EXPECT_EQ(lcfs_node_get_fsverity_digest(lcfs_node_lookup_child(copy, "a")), nullptr);
  std::string again;
  lcfs_write_options_s options{};
  options.file = &again;
  options.file_write_cb = append;
  EXPECT_EQ(lcfs_write_to(copy, &options), 0);
  EXPECT_EQ(again, image);
  lcfs_node_unref(copy);
  lcfs_node_unref(root);
}

TEST(Images, VersionsThatNoIntHoldsAreRefused) {
  tree::Builder builder;
  tree::Inode root;
  root.mode = S_IFDIR | 0755;
  builder.add_inode(root);
  std::string image = image_of(*builder.finish());
  FILE* file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  for (const bool fits : {true, false}) {
    image.replace(12, 4, std::string("\xff\xff\xff", 3) + (fits ? '\x7f' : '\xff'));
    std::rewind(file);
    std::fwrite(image.data(), image.size(), 1, file);
    std::fflush(file);
    errno = 0;
    EXPECT_EQ(lcfs_version_from_fd(::fileno(file)), fits ? INT_MAX : -1);
    EXPECT_EQ(errno, fits ? 0 : EINVAL);
  }
  std::fclose(file);
}

}  // namespace
