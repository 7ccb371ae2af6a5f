// SPDX-License-Identifier: LGPL-2.1-or-later

// Archives that the system's tar makes of a directory, against a scan of that directory.

#include "archive_dir.h"
#include "merkle/merkle.h"
#include "tree/scan.h"

namespace cfs::archive {
namespace {

class OfDirectory : public ArchiveDir {
 protected:
  std::string scanned() {
    auto tree = tree::scan(path("d"), {});
    EXPECT_TRUE(tree) << tree.error().text;
    return tree ? describe(*tree, false) : "";
  }
  void expect_like_directory(const std::string& tar_options) {
    sh(cat("tar ", tar_options, " --xattrs --xattrs-include='*' --numeric-owner -cf t.tar -C d ."));
    auto tree = read("t.tar");
    ASSERT_TRUE(tree) << tree.error().text;
    EXPECT_EQ(describe(*tree, false), scanned()) << tar_options;
  }
};

TEST_F(OfDirectory, Pax) {
  sh("bash " CFS_SOURCE_DIR "/tests/unit/archive/everything.sh");
  expect_like_directory("--format=pax");
  expect_like_directory("--format=pax --sparse");
  expect_like_directory("--format=pax --sparse --sparse-version=0.0");
  expect_like_directory("--format=pax --sparse --sparse-version=0.1");
}

TEST_F(OfDirectory, AccessControlLists) {
  file("d/f", "x");
  sh("chmod 640 d/f && setfacl -m u:7:rwx d/f && setfacl -d -m u:8:rwx d");
  expect_like_directory("--format=pax");
  expect_like_directory("--format=pax --acls");
  sh("tar --format=pax --acls -cf t.tar -C d .");
  auto tree = read("t.tar");
  ASSERT_FALSE(tree);
  EXPECT_NE(tree.error().text.find("has an ACL as text only"), std::string::npos);
}

TEST_F(OfDirectory, GnuHasWholeSeconds) {
  file("d/a", "x");
  file(cat("d/", std::string(120, 'l'), "/", std::string(200, 'm')), "y");
  sh("find d -exec touch -d @1000000000 {} +");
  expect_like_directory("--format=gnu");
  expect_like_directory("--format=gnu --sparse");
}

TEST_F(OfDirectory, EveryCompression) {
  file("d/a", std::string(300000, 'x'));
  sh("find d -exec touch -d @1000000000 {} +");
  for (const char* filter : {"--gzip", "--bzip2", "--xz", "--zstd", "--lzma"})
    expect_like_directory(filter);
}

// The digest and the bytes that the sink sees are those of the file.
class Collector : public ContentSink {
 public:
  Result<> begin(u64 size) override {
    expected_ = size;
    content_.clear();
    return {};
  }
  Result<> write(Bytes data) override {
    content_ += as_text(data);
    return {};
  }
  Result<> end(const Digest& digest) override {
    EXPECT_EQ(content_.size(), expected_);
    EXPECT_EQ(digest, merkle::digest_of(digest.alg, as_bytes(content_)));
    found.push_back(content_);
    return {};
  }
  std::vector<std::string> found;

 private:
  u64 expected_ = 0;
  std::string content_;
};

TEST_F(OfDirectory, ContentsGoToTheSink) {
  std::string hole(200000, '\0');
  hole[100000] = 'x';
  file("d/a64", std::string(64, 'a'));
  file("d/b65", std::string(65, 'b'));
  file("d/c0", "");
  sh("truncate -s 200000 d/d && printf x | dd of=d/d bs=1 seek=100000 conv=notrunc status=none");
  sh("tar --sparse --sort=name -cf t.tar -C d .");
  Collector sink;
  auto tree = read("t.tar", &sink);
  ASSERT_TRUE(tree) << tree.error().text;
  EXPECT_EQ(sink.found, (std::vector<std::string>{std::string(65, 'b'), hole}));
  auto entries = tree->entries(tree::kRoot);
  ASSERT_EQ(entries.size(), 4u);
  const tree::Inode& small = (*tree)[entries[0].inode];
  EXPECT_TRUE(small.inline_content);
  EXPECT_EQ(small.data(), std::string(64, 'a'));
  const tree::Inode& large = (*tree)[entries[1].inode];
  Digest digest = merkle::digest_of(HashAlg::kSha256, as_bytes(std::string(65, 'b')));
  EXPECT_EQ(large.data(), digest.object_path());
  EXPECT_EQ(tree->digest(large), digest);
  EXPECT_EQ((*tree)[entries[2].inode].digest, 0u);
}

TEST_F(OfDirectory, Sha512) {
  file("d/f", std::string(65, 'b'));
  sh("ln d/f d/g && tar --sort=name -cf t.tar -C d .");
  Collector sink;
  auto tree = read("t.tar", &sink, {.alg = HashAlg::kSha512});
  ASSERT_TRUE(tree) << tree.error().text;
  for (const tree::Entry& entry : tree->entries(tree::kRoot))
    EXPECT_EQ(tree->digest((*tree)[entry.inode]),
              merkle::digest_of(HashAlg::kSha512, as_bytes(std::string(65, 'b'))));
}

}  // namespace
}  // namespace cfs::archive
