// SPDX-License-Identifier: LGPL-2.1-or-later

#include "store/contents.h"

#include <unistd.h>

#include "merkle/merkle.h"
#include "store_dir.h"
#include "tree/scan.h"
#include "tree/walk.h"

namespace cfs::store {
namespace {

namespace fs = std::filesystem;

class Contents : public StoreDir {
 protected:
  Tree scan() {
    auto tree = tree::scan(path("source"), {.threads = 2});
    EXPECT_TRUE(tree) << tree.error().text;
    return std::move(*tree);
  }
  Result<> read(Tree& tree, ObjectStore* store, unsigned threads = 2,
                Changed changed = Changed::kRefused) {
    return read_contents(tree, path("source"), alg_, store, threads, {}, changed);
  }
  // A file of another size than its image says cannot be imported.
  void expect_refused(Tree& tree) {
    for (bool stored : {false, true}) {
      auto store = stored ? open_store() : nullptr;
      auto result = read(tree, store.get());
      const u64 size = tree[tree.entries(tree::kRoot)[0].inode].size;
      if (size == fs::file_size(path("source/f"))) {
        EXPECT_TRUE(result);
        continue;
      }
      ASSERT_FALSE(result);
      EXPECT_EQ(result.error().text,
                cat(path("source/f"), " has changed while it was read: it had ", size, " bytes, ",
                    fs::file_size(path("source/f")), " were read; try again, or leave it out"));
    }
  }
  // What the digest of the only file is, read after `change` is done to it.
  void expect_fitting_object(const std::string& before, const std::string& after) {
    file("source/f", before);
    Tree tree = scan();
    file("source/f", after);
    expect_refused(tree);
    auto store = open_store();
    auto result = read(tree, store.get(), 2, Changed::kTaken);
    ASSERT_TRUE(result) << result.error().text;
    ASSERT_TRUE(store->commit(1));
    const tree::Inode& inode = tree[tree.entries(tree::kRoot)[0].inode];
    EXPECT_EQ(inode.size, before.size());
    EXPECT_EQ(content_of(path(cat("store/", inode.data()))), after);
    EXPECT_EQ(tree.digest(inode).hex(), fsverity_digest(path("source/f")));
  }
};

// `seed` tells files of one size apart.
std::string some_text(std::size_t size, std::size_t seed = 0) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    text[i] = static_cast<char>((i + seed) * 2654435761u >> 11);
  return text;
}

TEST_F(Contents, InlineOrByDigest) {
  const std::size_t sizes[] = {0, 1, 63, 64, 65, 4095, 4096, 4097, 1 << 20, (1 << 20) + 1, 5000000};
  for (std::size_t size : sizes) file(cat("source/", size), some_text(size));
  fs::create_symlink("x", path("source/link"));
  for (bool sha512 : {false, true})
    for (unsigned threads : {1u, 5u}) {
      alg_ = sha512 ? HashAlg::kSha512 : HashAlg::kSha256;
      Tree tree = scan();
      fs::remove_all(path("store"));
      auto store = threads == 1 ? open_store() : nullptr;
      auto result = read(tree, store.get(), threads);
      ASSERT_TRUE(result) << result.error().text;
      if (store) {
        ASSERT_TRUE(store->commit(threads));
        store.reset();
        EXPECT_EQ(files_in_store().size(), 7u);
      }
      for (const tree::Entry& entry : tree.entries(tree::kRoot)) {
        const tree::Inode& inode = tree[entry.inode];
        if (!inode.is_regular()) continue;
        const std::string source = path(cat("source/", entry.name));
        EXPECT_EQ(inode.inline_content, inode.size > 0 && inode.size <= 64) << source;
        if (inode.size <= 64) {
          EXPECT_EQ(inode.data(), content_of(source));
          EXPECT_EQ(inode.digest, 0u) << source;
          continue;
        }
        const std::string digest = fsverity_digest(source);
        EXPECT_EQ(tree.digest(inode).hex(), digest) << source;
        EXPECT_EQ(inode.data(), cat(digest.substr(0, 2), "/", digest.substr(2))) << source;
        if (threads == 1) {
          EXPECT_TRUE(content_of(path(cat("store/", inode.data()))) == content_of(source));
        }
      }
    }
}

TEST_F(Contents, OfManyFiles) {
  for (std::size_t i = 0; i < 500; ++i)
    file(cat("source/", i % 7, "/", i), some_text(i * 13, i % 3));
  Tree tree = scan();
  auto store = open_store();
  ASSERT_TRUE(read(tree, store.get(), 4));
  ASSERT_TRUE(store->commit(4));
  tree::walk(tree, [&](std::string_view name, const tree::Entry& entry) {
    const tree::Inode& inode = tree[entry.inode];
    if (inode.is_external()) {
      EXPECT_TRUE(content_of(path(cat("store/", inode.data()))) ==
                  content_of(path(cat("source", name))))
          << name;
    }
    return true;
  });
}

// A name fits its content whatever was done to the file since the scan.
TEST_F(Contents, ChangedSinceTheScan) {
  expect_fitting_object(some_text(5000), some_text(5000, 1));
  expect_fitting_object(some_text(5000), some_text(100));
  expect_fitting_object(some_text(5000), some_text(70000));
  expect_fitting_object(some_text(5000), some_text(3000000));
  expect_fitting_object(some_text(3000000), some_text(100));
}

TEST_F(Contents, Errors) {
  file("source/dir/f", "inline");
  Tree tree = scan();
  ASSERT_EQ(::truncate(path("source/dir/f").c_str(), 2), 0);
  EXPECT_EQ(read(tree, nullptr).error().code, EAGAIN);
  auto result = read(tree, nullptr, 2, Changed::kTaken);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ENODATA);
  EXPECT_EQ(result.error().text,
            cat("error computing digest: No data available (", path("source/dir/f"), ")"));

  // One that has grown is as long as it was, or refused.
  file("source/dir/f", "inline, and more");
  EXPECT_EQ(read(tree, nullptr).error().code, EAGAIN);
  ASSERT_TRUE(read(tree, nullptr, 2, Changed::kTaken));
  EXPECT_EQ(tree[tree.entries(tree.entries(tree::kRoot)[0].inode)[0].inode].data(), "inline");

  fs::remove(path("source/dir/f"));
  result = read(tree, nullptr);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().text,
            cat("error computing digest: No such file or directory (", path("source/dir/f"), ")"));

  // Not followed, although it leads to a file.
  file("elsewhere", "inline");
  fs::create_symlink(path("elsewhere"), path("source/dir/f"));
  result = read(tree, nullptr);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ELOOP);
}

}  // namespace
}  // namespace cfs::store
