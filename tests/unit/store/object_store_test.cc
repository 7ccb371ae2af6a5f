// SPDX-License-Identifier: LGPL-2.1-or-later

#include "store/object_store.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "merkle/merkle.h"
#include "store_dir.h"

namespace cfs::store {
namespace {

namespace fs = std::filesystem;

Digest digest_of(std::string_view content) {
  return merkle::digest_of(HashAlg::kSha256, as_bytes(content));
}

class Objects : public StoreDir {
 protected:
  void add(ObjectStore& store, std::string_view content) {
    auto added = store.add(digest_of(content), as_bytes(content));
    EXPECT_TRUE(added) << added.error().text;
  }
  void commit(ObjectStore& store) {
    auto committed = store.commit(2);
    EXPECT_TRUE(committed) << committed.error().text;
  }
  void add_alone(std::string_view content) {
    auto store = open_store();
    add(*store, content);
    commit(*store);
  }
};

TEST_F(Objects, AreNamedByTheirDigest) {
  const std::string small = "some content", large(5000000, 'l');
  file("large", large);
  auto store = open_store();
  add(*store, small);
  auto fd = open_file(path("large"), O_RDONLY);
  auto digest = store->add_file(fd->get());
  ASSERT_TRUE(digest) << digest.error().text;
  EXPECT_EQ(*digest, digest_of(large));
  commit(*store);
  store.reset();

  auto files = files_in_store();
  ASSERT_EQ(files.size(), 2u);
  for (const auto& each : files) {
    std::string name =
        fs::path(each).parent_path().filename().string() + fs::path(each).filename().string();
    EXPECT_EQ(name, fsverity_digest(each));
    EXPECT_EQ(fs::status(each).permissions(), fs::perms(0644));
  }
  EXPECT_EQ(content_of(object(digest_of(small))), small);
  EXPECT_EQ(content_of(object(digest_of(large))), large);
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(Objects, AppearInCommitOnly) {
  {
    auto store = open_store();
    add(*store, "content");
    EXPECT_FALSE(fs::exists(object(digest_of("content"))));
    auto known = store->has(digest_of("content"));
    EXPECT_TRUE(known && *known);
  }
  EXPECT_TRUE(fs::is_empty(path("store")));
}

TEST_F(Objects, AreAddedOnce) {
  auto store = open_store();
  std::vector<std::thread> crew;
  for (int i = 0; i < 8; ++i)
    crew.emplace_back([&] {
      for (int j = 0; j < 100; ++j) add(*store, cat("content ", j % 10));
    });
  for (auto& thread : crew) thread.join();
  commit(*store);
  store.reset();
  EXPECT_EQ(files_in_store().size(), 10u);
}

TEST_F(Objects, GoodOnesStay) {
  add_alone("content");
  struct stat before, after;
  ASSERT_EQ(::stat(object(digest_of("content")).c_str(), &before), 0);
  add_alone("content");
  ASSERT_EQ(::stat(object(digest_of("content")).c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(Objects, BadOnesAreReplacedWithAWarning) {
  const std::string content = "content";
  const std::string object_path = object(digest_of(content)), elsewhere = path("elsewhere");
  const std::pair<const char*, std::function<void()>> bad[] = {
      {"changed", [&] { std::ofstream(object_path) << "contenT"; }},
      {"cut", [&] { ASSERT_EQ(::truncate(object_path.c_str(), 3), 0); }},
      {"empty", [&] { ASSERT_EQ(::truncate(object_path.c_str(), 0), 0); }},
      {"longer", [&] { std::ofstream(object_path, std::ios::app) << "more"; }},
      {"a pipe", [&] { ASSERT_EQ(::mkfifo(object_path.c_str(), 0644), 0); }},
      {"a socket", [&] { ASSERT_EQ(::mknod(object_path.c_str(), S_IFSOCK | 0644, 0), 0); }},
      {"a symlink to good content", [&] { fs::create_symlink(elsewhere, object_path); }},
      {"a dangling symlink", [&] { fs::create_symlink("/nowhere", object_path); }},
  };
  file("elsewhere", content);
  for (const auto& [what, make_bad] : bad) {
    add_alone(content);
    warnings_.clear();
    if (std::string_view(what).starts_with("a ")) fs::remove(object_path);
    make_bad();
    add_alone(content);
    ASSERT_EQ(warnings_.size(), 1u) << what;
    EXPECT_NE(warnings_[0].find(digest_of(content).object_path()), std::string::npos)
        << warnings_[0];
    EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(object_path))) << what;
    EXPECT_EQ(content_of(object_path), content) << what;
  }
  EXPECT_EQ(content_of(elsewhere), content);
}

// T29
TEST_F(Objects, NothingIsWrittenThroughASymlink) {
  const Digest digest = digest_of("content");
  fs::create_directories(path("store"));
  fs::create_directories(path("elsewhere"));
  fs::create_directory_symlink(path("elsewhere"),
                               path("store/" + digest.object_path().substr(0, 2)));
  auto store = open_store();
  auto added = store->add(digest, as_bytes("content"));
  ASSERT_FALSE(added);
  EXPECT_NE(added.error().text.find("object directory"), std::string::npos) << added.error().text;
  store.reset();
  EXPECT_TRUE(fs::is_empty(path("elsewhere")));

  // Put there after the check.
  fs::remove(path("store/" + digest.object_path().substr(0, 2)));
  store = open_store();
  add(*store, "content");
  fs::create_directory_symlink(path("elsewhere"),
                               path("store/" + digest.object_path().substr(0, 2)));
  EXPECT_FALSE(store->commit(1));
  store.reset();
  EXPECT_TRUE(fs::is_empty(path("elsewhere")));
}

TEST_F(Objects, ADirectoryInTheWayIsAnError) {
  fs::create_directories(object(digest_of("content")));
  auto store = open_store();
  add(*store, "content");
  auto committed = store->commit(1);
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().code, EISDIR);
}

TEST_F(Objects, LeftoversOfKilledRunsGo) {
  file("store/.cfsroot-tmp.store.0123456789ab/0", "left over");
  file("store/.cfsroot-tmp.store.ba9876543210/0", "in use");
  Fd in_use(::open(path("store/.cfsroot-tmp.store.ba9876543210").c_str(), O_RDONLY | O_DIRECTORY));
  ASSERT_EQ(::flock(in_use.get(), LOCK_EX), 0);
  open_store();
  EXPECT_FALSE(fs::exists(path("store/.cfsroot-tmp.store.0123456789ab")));
  EXPECT_TRUE(fs::exists(path("store/.cfsroot-tmp.store.ba9876543210/0")));
}

TEST_F(Objects, TwoRunsAtOnce) {
  auto one = open_store(), two = open_store();
  add(*one, "shared");
  add(*one, "of one");
  add(*two, "shared");
  add(*two, "of two");
  commit(*one);
  commit(*two);
  one.reset();
  two.reset();
  EXPECT_EQ(files_in_store().size(), 3u);
  EXPECT_EQ(content_of(object(digest_of("shared"))), "shared");
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(Objects, WhereTheStoreIs) {
  ::umask(022);
  ASSERT_TRUE(ObjectStore::open(path("a/b//c/"), nullptr));
  for (const char* each : {"a", "a/b", "a/b/c"})
    EXPECT_EQ(fs::status(path(each)).permissions(), fs::perms(0755)) << each;
  // The store itself may be a symlink: the caller named it.
  fs::create_directory_symlink("a", path("link"));
  EXPECT_TRUE(ObjectStore::open(path("link"), nullptr));

  file("file", "");
  for (const char* each : {"file", "file/below"}) {
    auto store = ObjectStore::open(path(each), nullptr);
    ASSERT_FALSE(store) << each;
    EXPECT_EQ(store.error().text, cat("Not a directory (", path(each), ")"));
  }
}

}  // namespace
}  // namespace cfs::store
