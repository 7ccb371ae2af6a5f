// SPDX-License-Identifier: LGPL-2.1-or-later

// Every refusal of the reader, from an image that is good but for a few bytes. The offsets come
// from walking the good image with ImageView, not from numbers.

#include "erofs/reader.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "erofs/image_view.h"
#include "erofs/writer.h"

namespace cfs::erofs {
namespace {

using tree::Builder;
using tree::Inode;
using tree::InodeId;

std::string image_of(const Tree& tree) {
  std::string image;
  auto result = write_image(tree, {}, [&](Bytes bytes) -> Result<> {
    image += as_text(bytes);
    return {};
  });
  EXPECT_TRUE(result);
  return image;
}

// /d/e is a symlink, /d/f an external file with attributes, /x a file of 5000 bytes.
class Reader : public ::testing::Test {
 protected:
  void SetUp() override {
    Builder builder;
    Inode dir;
    dir.mode = S_IFDIR | 0755;
    builder.add_inode(dir);
    InodeId d = builder.add_inode(dir);
    builder.add_entry(tree::kRoot, "d", d);
    Inode link;
    link.mode = S_IFLNK | 0777;
    link.size = 6;
    link.set_data("target");
    builder.add_entry(d, "e", builder.add_inode(link));
    Inode file;
    file.mode = S_IFREG | 0644;
    file.size = 10000;
    file.set_data("ab/cd");
    const tree::Xattr xattrs[] = {{"user.a", "1"}, {"user.b", "2"}};
    file.xattrs = builder.xattrs().intern(std::span<const tree::Xattr>(xattrs));
    builder.add_entry(d, "f", builder.add_inode(file));
    Inode content;
    content.mode = S_IFREG | 0644;
    content.size = 5000;
    content.inline_content = true;
    content.set_data(content_);
    builder.add_entry(tree::kRoot, "x", builder.add_inode(content));
    auto tree = builder.finish();
    ASSERT_TRUE(tree);
    image_ = image_of(*tree);
  }

  // The offset of an inode that has this many bytes of data and this type.
  std::size_t offset_of(u32 type, u64 size) {
    auto view = ImageView::open(as_bytes(image_));
    for (u64 nid = view->root_nid(); nid < image_.size() / 32; ++nid) {
      auto inode = view->inode(nid);
      if (inode && (inode->mode & S_IFMT) == type && inode->size == size && inode->nlink > 0 &&
          inode->nlink < 5)
        return nid * 32;
    }
    ADD_FAILURE() << "no such inode";
    return 0;
  }
  std::size_t directory() { return offset_of(S_IFDIR, 4 * 12 + 1 + 2 + 1 + 1); }
  void poke(std::size_t offset, std::string_view bytes) {
    image_.replace(offset, bytes.size(), bytes);
  }
  std::string refusal() {
    auto tree = read_image(as_bytes(image_));
    return tree ? "" : tree.error().text;
  }
  void expect_refused(std::string_view what) {
    EXPECT_NE(refusal().find(what), std::string::npos) << refusal();
  }

  std::string content_ = std::string(5000, 'c');
  std::string image_;
};

TEST_F(Reader, WriteAfterReadIsTheSame) {
  auto tree = read_image(as_bytes(image_));
  ASSERT_TRUE(tree) << tree.error().text;
  EXPECT_EQ(image_of(*tree), image_);
}

// What overlayfs reads: version 0, length, flags 0, fs-verity's number of the hash, the digest.
TEST_F(Reader, DigestsOfBothAlgorithms) {
  for (HashAlg alg : {HashAlg::kSha256, HashAlg::kSha512}) {
    auto tree = read_image(as_bytes(image_));
    ASSERT_TRUE(tree);
    const std::string bytes(fsverity::digest_size(alg), 'd');
    const tree::InodeId file = tree->entries(tree->entries(tree::kRoot)[0].inode)[1].inode;
    tree->set_digest(file, Digest::of(alg, as_bytes(bytes)));
    const std::string image = image_of(*tree);
    const char lead[] = {0, static_cast<char>(4 + bytes.size()), 0, static_cast<char>(alg)};
    EXPECT_NE(image.find(std::string(lead, sizeof lead) + bytes), std::string::npos);

    auto again = read_image(as_bytes(image));
    ASSERT_TRUE(again) << again.error().text;
    const tree::Inode& inode =
        (*again)[again->entries(again->entries(tree::kRoot)[0].inode)[1].inode];
    ASSERT_NE(inode.digest, 0u);
    EXPECT_EQ(again->digest(inode), Digest::of(alg, as_bytes(bytes)));
    EXPECT_EQ(image_of(*again), image);
  }
}

// T19
TEST_F(Reader, RefusesWhatIsNotAnImage) {
  EXPECT_EQ(read_image({}).error().code, EINVAL);
  poke(0, "x");
  expect_refused("no composefs magic");
}

// T19
TEST_F(Reader, RefusesUnknownFeatures) {
  poke(1024 + 80, "\x01");
  expect_refused("features");
}

TEST_F(Reader, RefusesTruncation) {
  image_.resize(image_.size() - 4096);
  expect_refused("shorter than its superblock says");
}

// T22
TEST_F(Reader, RefusesWrongDot) {
  poke(directory() + 32, std::string_view("\xff\xff\xff\xff\xff", 5));
  expect_refused("its . is another directory");
}

// T22
TEST_F(Reader, RefusesWrongDotDot) {
  poke(directory() + 32 + 12, image_.substr(directory() + 32, 8));
  expect_refused("its .. is not its parent");
}

TEST_F(Reader, RefusesEntryOutsideTheImage) {
  poke(directory() + 32 + 24, std::string_view("\xff\xff\xff\xff\xff", 5));
  expect_refused("lies outside the image");
}

// T22
TEST_F(Reader, RefusesDirectoryLoop) {
  std::size_t dir = directory();
  // "e" becomes the directory itself.
  poke(dir + 32 + 24, image_.substr(dir + 32, 8));
  poke(dir + 32 + 24 + 10, std::string_view("\x02", 1));
  expect_refused("a directory is reached twice");
}

// T22
TEST_F(Reader, RefusesUnsortedNames) {
  poke(directory() + 32 + 48 + 3, "z");
  expect_refused("not sorted");
}

// T22
TEST_F(Reader, RefusesSlashInName) {
  poke(directory() + 32 + 48 + 4, "/");
  expect_refused("not valid");
}

// T22
TEST_F(Reader, RefusesNameOutsideItsChunk) {
  poke(directory() + 32 + 36 + 8, std::string_view("\xff\xff", 2));
  expect_refused("outside its chunk");
}

TEST_F(Reader, RefusesEntryOfAnotherType) {
  poke(directory() + 32 + 24 + 10, std::string_view("\x01", 1));
  expect_refused("type differs");
}

// T23
TEST_F(Reader, RefusesAttributesOutsideTheirArea) {
  poke(offset_of(S_IFREG, 10000) + 32 + 4, "\xff");
  expect_refused("shared attributes lie outside");
}

// T23
TEST_F(Reader, RefusesAttributesOutsideTheImage) {
  poke(offset_of(S_IFREG, 10000) + 2, "\xff\xff");
  expect_refused("attributes lie outside the image");
}

TEST_F(Reader, RefusesUnknownAttributePrefix) {
  poke(offset_of(S_IFREG, 10000) + 32 + 12 + 1, "\x77");
  expect_refused("unknown name prefix");
}

// T23
TEST_F(Reader, RefusesBlocksOutsideTheImage) {
  poke(offset_of(S_IFREG, 5000) + 16, "\xff\xff");
  expect_refused("data lies outside the image");
}

// T23
TEST_F(Reader, RefusesTooLargeContent) {
  poke(offset_of(S_IFREG, 5000) + 8, "\x89\x13");  // 5001
  expect_refused("more inline content than 5000 bytes");
}

// T23
TEST_F(Reader, RefusesHugeDirectory) {
  poke(directory() + 8, std::string_view("\x00\x00\x00\xf0", 4));
  expect_refused("data lies outside the image");
}

// A tree with one file that has one attribute.
Tree tree_with(const tree::Xattr& xattr) {
  Builder builder;
  Inode inode;
  inode.mode = S_IFDIR | 0755;
  builder.add_inode(inode);
  inode.mode = S_IFREG | 0644;
  inode.xattrs = builder.xattrs().intern(std::span(&xattr, 1));
  builder.add_entry(tree::kRoot, "f", builder.add_inode(inode));
  return std::move(*builder.finish());
}

// Deeper than any path or stack: the kernel walks into it directory by directory.
TEST(ReadImage, TakesAnyDepth) {
  constexpr std::size_t kDepth = 200000;
  Builder builder;
  Inode dir;
  dir.mode = S_IFDIR | 0755;
  InodeId last = builder.add_inode(dir);
  for (std::size_t i = 0; i < kDepth; ++i) {
    InodeId next = builder.add_inode(dir);
    builder.add_entry(last, "d", next);
    last = next;
  }
  const std::string image = image_of(*builder.finish());
  auto tree = read_image(as_bytes(image));
  ASSERT_TRUE(tree) << tree.error().text;
  EXPECT_EQ(tree->inode_count(), kDepth + 1);
  EXPECT_TRUE(image_of(*tree) == image);
}

// On disk a name has 255 bytes behind a prefix: with that it may be longer than names can be.
TEST(ReadImage, RefusesLongNamesOfAttributes) {
  const std::string suffix(250, 'k');
  std::string image = image_of(tree_with({"user." + suffix, "v"}));
  const std::size_t index = image.find(suffix) - 3;
  ASSERT_EQ(image[index], 1);
  image[index] = 5;  // "lustre."
  auto tree = read_image(as_bytes(image));
  ASSERT_FALSE(tree);
  EXPECT_EQ(tree.error().code, ERANGE);
  EXPECT_NE(tree.error().text.find("name is longer than 255 bytes"), std::string::npos);
}

// The longest name there is, where overlayfs needs it escaped.
TEST(ReadImage, TakesTheLongestEscapedName) {
  const std::string key = "trusted.overlay." + std::string(239, 'k');
  const std::string image = image_of(tree_with({key, "v"}));
  auto tree = read_image(as_bytes(image));
  ASSERT_TRUE(tree) << tree.error().text;
  EXPECT_EQ(tree->xattrs().pair(0).key, key);
}

// Of a table that is one value full of entries, each with what follows it for its value, every file
// refers to another one: values of 8,000 bytes that all differ, in 24 of the image.
// T23
TEST(ReadImage, RefusesSharedAttributesOverEachOther) {
  std::string value;
  for (int i = 0; i < 100; ++i) value += cat("\x01\x01\x40\x1f", 'a', 100 + i);
  value += std::string(8000, 'v');
  Builder builder;
  Inode inode;
  inode.mode = S_IFDIR | 0755;
  builder.add_inode(inode);
  inode.mode = S_IFREG | 0644;
  const tree::Xattr xattr{"user.name", value};
  inode.xattrs = builder.xattrs().intern(std::span(&xattr, 1));
  for (int i = 0; i < 100; ++i)
    builder.add_entry(tree::kRoot, builder.arena().copy(cat(i)), builder.add_inode(inode));
  std::string image = image_of(*builder.finish());
  ASSERT_TRUE(read_image(as_bytes(image)));

  auto view = ImageView::open(as_bytes(image));
  u32 moved = 0;
  for (u64 nid = view->root_nid(); nid < image.size() / 32; ++nid) {
    auto file = view->inode(nid);
    if (!file || !S_ISREG(file->mode) || file->xattrs.size() != 16) continue;
    le32 reference;
    std::memcpy(&reference, image.data() + file->tail_at - 4, sizeof reference);
    reference = reference + (8 + 8 * moved++) / 4;
    std::memcpy(image.data() + file->tail_at - 4, &reference, sizeof reference);
  }
  ASSERT_EQ(moved, 100u);
  auto tree = read_image(as_bytes(image));
  ASSERT_FALSE(tree);
  EXPECT_NE(tree.error().text.find("lies over that of others"), std::string::npos);
}

TEST(WriteImage, RefusesWhatNoFieldHasRoomFor) {
  auto ignore = [](Bytes) -> Result<> { return {}; };
  for (const auto& [key, value] : {std::pair{256, 1}, std::pair{255, 65536}}) {
    const std::string name(static_cast<std::size_t>(key), 'k');
    const std::string text(static_cast<std::size_t>(value), 'v');
    auto written = write_image(tree_with({name, text}), {}, ignore);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ERANGE);
  }
}

// A file that says it is a whiteout is one, whatever else it has.
TEST(ReadImage, WhiteoutsHaveNoContent) {
  Builder builder;
  Inode dir;
  dir.mode = S_IFDIR | 0755;
  builder.add_inode(dir);
  Inode file;
  file.mode = S_IFREG | 0644;
  file.size = 3;
  file.inline_content = true;
  file.set_data("abc");
  const tree::Xattr whiteout[] = {{"trusted.overlay.whiteout", ""}};
  file.xattrs = builder.xattrs().intern(std::span<const tree::Xattr>(whiteout));
  builder.add_entry(tree::kRoot, "f", builder.add_inode(file));
  std::string image = image_of(*builder.finish());
  auto tree = read_image(as_bytes(image));
  ASSERT_TRUE(tree) << tree.error().text;
  const Inode& read = (*tree)[tree->entries(tree::kRoot)[0].inode];
  EXPECT_TRUE(read.is_whiteout());
  EXPECT_FALSE(read.inline_content);
  EXPECT_TRUE(read.data().empty());
}

// T22 T23
TEST_F(Reader, NeverCrashesOnFlippedBits) {
  std::string good = image_;
  for (std::size_t bit = 0; bit < good.size() * 8; bit += 7) {
    image_ = good;
    image_[bit / 8] = static_cast<char>(image_[bit / 8] ^ (1 << (bit % 8)));
    if (auto tree = read_image(as_bytes(image_))) image_of(*tree);
  }
}

}  // namespace
}  // namespace cfs::erofs
