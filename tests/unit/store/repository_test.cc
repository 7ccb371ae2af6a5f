// SPDX-License-Identifier: LGPL-2.1-or-later

#include "store/repository.h"

#include <sys/file.h>
#include <unistd.h>

#include "merkle/merkle.h"
#include "store_dir.h"

// In place of the library's: a directory that is removed while `watched` has no lock is counted.
static std::string watched;
static int removed, unlocked;
extern "C" int rmdir(const char* path) noexcept {
  cfs::Fd fd(watched.empty() ? -1 : ::open(watched.c_str(), O_RDONLY | O_DIRECTORY));
  removed += !!fd;
  unlocked += fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0;
  return ::unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

namespace cfs::store {
namespace {

namespace fs = std::filesystem;

class Repo : public StoreDir {
 protected:
  Repository make(const Repository::Settings& settings = {.insecure = true}) {
    auto created = Repository::create(path("repo"), settings);
    EXPECT_TRUE(created) << created.error().text;
    return open();
  }
  Repository open() {
    auto repository = Repository::open(path("repo"));
    EXPECT_TRUE(repository) << repository.error().text;
    return std::move(*repository);
  }
  std::string error_of(const Result<>& result) { return result ? "no error" : result.error().text; }
  std::string open_error() {
    auto repository = Repository::open(path("repo"));
    return repository ? "no error" : repository.error().text;
  }
  Digest add(const Repository& repository, const std::string& content, const std::string& ref) {
    Digest digest = merkle::digest_of(repository.alg(), as_bytes(content));
    auto store = repository.objects([](const std::string&) {});
    EXPECT_TRUE(store);
    EXPECT_TRUE((*store)->add(digest, as_bytes(content)));
    EXPECT_TRUE((*store)->commit(1));
    auto added = repository.add_image(digest, ref);
    EXPECT_TRUE(added) << added.error().text;
    return digest;
  }
  std::string link(const std::string& name) { return fs::read_symlink(path("repo/" + name)); }
};

// Another program could make the repository meanwhile.
TEST_F(Repo, WhatCannotBeMadeIsRemovedUnderTheLock) {
  watched = cat("/dev/shm/cfs-store-", ::getpid());  // surely without fs-verity
  EXPECT_EQ(Repository::create(watched, {}).error().code, EOPNOTSUPP);
  EXPECT_FALSE(fs::exists(watched));
  watched.clear();
  EXPECT_EQ(removed, 4);
  EXPECT_EQ(unlocked, 0);
}

TEST_F(Repo, LayoutFieldByField) {
  Repository repository = make({.alg = HashAlg::kSha512, .erofs_format = 1, .insecure = true});
  EXPECT_EQ(content_of(path("repo/meta.json")),
            "{\n  \"version\": 1,\n  \"algorithm\": \"fsverity-sha512-12\",\n  \"features\": {\n"
            "    \"compatible\": [],\n    \"read-only-compatible\": [\n      \"v1_erofs\"\n    ],\n"
            "    \"incompatible\": []\n  },\n  \"erofs_formats\": {\n    \"default\": 1\n  }\n}\n");
  EXPECT_EQ(fs::status(path("repo")).permissions(), fs::perms(0700));
  Digest image = add(repository, "content", "some/name");
  std::string hex = image.hex();
  ASSERT_EQ(hex.size(), 128u);
  std::string object = "objects/" + hex.substr(0, 2) + "/" + hex.substr(2);
  EXPECT_EQ(content_of(path("repo/" + object)), "content");
  EXPECT_EQ(fs::status(path("repo/" + object)).permissions(), fs::perms(0644));
  EXPECT_EQ(link("images/" + hex), "../" + object);
  EXPECT_EQ(link("images/refs/some/name"), "../../" + hex);
  add(repository, "content", "name");
  EXPECT_EQ(link("images/refs/name"), "../" + hex);
  EXPECT_EQ(content_of(path("repo/images/refs/some/name")), "content");
  // Nothing else: no staging directory, no temporary link.
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(path("repo")))
    names.push_back(entry.path().filename());
  EXPECT_EQ(names.size(), 10u);
}

TEST_F(Repo, ListsAndFinds) {
  Repository repository = make();
  Digest a = add(repository, "a", "x/one"), b = add(repository, "b", "");
  add(repository, "a", "two");
  auto images = repository.images();
  ASSERT_TRUE(images);
  EXPECT_EQ(images->size(), 2u);
  auto refs = repository.refs();
  ASSERT_TRUE(refs);
  ASSERT_EQ(refs->size(), 2u);
  EXPECT_EQ((*refs)[0].name, "two");
  EXPECT_EQ((*refs)[1].name, "x/one");
  for (const std::string& word :
       {a.hex(), a.hex().substr(0, 4), std::string("two"), std::string("refs/x/one")}) {
    auto found = repository.find(word);
    ASSERT_TRUE(found) << found.error().text;
    EXPECT_EQ(*found, a) << word;
  }
  EXPECT_EQ(repository.find(b.hex().substr(0, 3)).error().code, ENOENT);  // too short
  EXPECT_EQ(repository.find(std::string(64, '0')).error().code, ENOENT);
  EXPECT_EQ(repository.find("three").error().code, ENOENT);
  // Another image takes a name over.
  add(repository, "b", "two");
  EXPECT_EQ(*repository.find("two"), b);
  fs::remove(path("repo/images/" + b.hex()));
  EXPECT_EQ(repository.find("two").error().text, path("repo") + ": the image of `two` is gone");
  EXPECT_TRUE((*repository.refs())[0].dangling);
}

TEST_F(Repo, AmbiguousPrefix) {
  Repository repository = make();
  std::string first = "abcd" + std::string(60, '0'), second = "abcd" + std::string(60, '1');
  for (const std::string& hex : {first, second})
    fs::create_symlink("../objects/ab/" + hex.substr(2), path("repo/images/" + hex));
  EXPECT_EQ(repository.find("abcd").error().text,
            path("repo") + ": several images begin with `abcd`");
  EXPECT_EQ(repository.find("abcd0")->hex(), first);
}

TEST_F(Repo, MakingItAgain) {
  make();
  const Repository::Settings same{.insecure = true};
  EXPECT_EQ(error_of(Repository::create(path("repo"), same)), "no error");
  const Repository::Settings other{.alg = HashAlg::kSha512, .insecure = true};
  EXPECT_EQ(error_of(Repository::create(path("repo"), other)),
            path("repo") +
                ": is a repository already, with sha256, EROFS format 0 and without "
                "fs-verity");
  file("full/x", "");
  EXPECT_EQ(error_of(Repository::create(path("full"), same)),
            path("full") + ": is neither empty nor a repository");
  // A store with images becomes one, if the names are of the right length.
  fs::remove(path("repo/meta.json"));
  file("repo/objects/ab/" + std::string(62, 'c'), "x");
  EXPECT_FALSE(Repository::create(path("repo"), other));
  EXPECT_FALSE(fs::exists(path("repo/meta.json")));
  EXPECT_EQ(error_of(open().check_writable()),
            path("repo") + ": has no meta.json; `cfsroot init` adds it");
  EXPECT_TRUE(Repository::create(path("repo"), same));
  EXPECT_TRUE(open().check_writable());
}

// The scratch file system has no fs-verity, or has it: both answers must be right.
TEST_F(Repo, VerityIsRequiredUnlessInsecure) {
  auto created = Repository::create(path("repo"), {});
  if (created) {
    EXPECT_TRUE(open().secure());
    return;
  }
  EXPECT_EQ(created.error().code, EOPNOTSUPP);
  EXPECT_FALSE(fs::exists(path("repo")));  // nothing half-made is left
  auto store = ObjectStore::open(
      path("store"), [](const std::string&) {}, HashAlg::kSha256, ObjectStore::Verity::kRequired);
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)->add(merkle::digest_of(HashAlg::kSha256, as_bytes("x")), as_bytes("x")));
  auto committed = (*store)->commit(1);
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().code, EOPNOTSUPP);
  store->reset();
  EXPECT_TRUE(files_in_store().empty());
}

TEST_F(Repo, MetadataOfOthers) {
  make();
  auto with = [&](const std::string& text) {
    file("repo/meta.json", text);
    return open_error();
  };
  const std::string start = path("repo") + ": meta.json: ";
  EXPECT_EQ(with("{\"version\": 1, \"algorithm\": \"fsverity-sha256-12\"}"), "no error");
  // Without a word about the format it is composefs-rs' own, which is not ours to write.
  EXPECT_EQ(error_of(open().check_writable()),
            path("repo") + ": wants images of EROFS format 2; 0 and 1 can be made here");
  EXPECT_EQ(with("{\"version\": 1, \"algorithm\": \"fsverity-sha512-12\", \"features\": "
                 "{\"read-only-compatible\": [\"v1_erofs\"]}, \"later\": 7}"),
            "no error");
  EXPECT_TRUE(open().check_writable());
  EXPECT_EQ(with("{\"version\": 1, \"algorithm\": \"fsverity-sha512-12\", \"features\": "
                 "{\"read-only-compatible\": [\"new\"]}, \"erofs_formats\": {\"default\": 1}}"),
            "no error");
  EXPECT_EQ(error_of(open().check_writable()),
            path("repo") + ": may only be read here: it has the feature `new`");
  EXPECT_EQ(with("{\"version\": 1, \"algorithm\": \"fsverity-sha256-12\", \"features\": "
                 "{\"incompatible\": [\"new\"]}}"),
            start + "the repository has the incompatible feature `new`, which is not known here");
  EXPECT_EQ(with("{\"version\": 2, \"algorithm\": \"fsverity-sha256-12\"}"),
            start + "version 2 of the repository format is not known here");
  EXPECT_EQ(with("{\"version\": 1, \"algorithm\": \"fsverity-sha256-16\"}"),
            start + "algorithm `fsverity-sha256-16` is not known here");
  EXPECT_EQ(with("{\"version\": \"1\"}"), start + "`version` is missing or no number");
  EXPECT_EQ(with("{\"version\": 1}"), start + "`algorithm` is missing or no word");
  EXPECT_EQ(with("{"), start + "is not a JSON object");
  EXPECT_EQ(with("{\"version\":1,\"algorithm\":\"fsverity-sha256-12\",\"features\":[]}"),
            start + "`features` is not an object");
  EXPECT_EQ(
      with("{\"version\":1,\"algorithm\":\"fsverity-sha256-12\",\"features\":{\"compatible\":1}}"),
      start + "`compatible` is not a list");
  EXPECT_EQ(with("{\"version\":1,\"algorithm\":\"fsverity-sha256-12\",\"erofs_formats\":{}}"),
            start + "`erofs_formats` has no number `default`");
}

TEST_F(Repo, RefNames) {
  for (const char* good : {"a", "a/b-c_d.e/f", "deadbeef"}) EXPECT_TRUE(check_ref(good)) << good;
  for (const std::string& bad :
       {std::string(), std::string("/a"), std::string("a/"), std::string("a//b"),
        std::string("../a"), std::string("a/./b"), std::string("a\nb"), std::string(64, 'a'),
        std::string(256, 'x'), std::string(1025, '/')})
    EXPECT_FALSE(check_ref(bad)) << bad;
  Digest digest = merkle::digest_of(HashAlg::kSha256, as_bytes("x"));
  for (const std::string& target : {"../../" + digest.hex(), "../../../images/" + digest.hex()})
    EXPECT_EQ(parse_ref_target("a/b", target), digest) << target;
  for (const std::string& target : {digest.hex(), "../" + digest.hex(),
                                    "../../images/" + digest.hex(), "../../" + digest.hex() + "/"})
    EXPECT_EQ(parse_ref_target("a/b", target), std::nullopt) << target;
  EXPECT_EQ(parse_image_target(image_target(digest)), digest);
  EXPECT_EQ(parse_image_target("../objects/" + digest.hex()), std::nullopt);
}

TEST_F(Repo, NothingLeadsOut) {
  Repository repository = make();
  fs::remove_all(path("repo/images"));
  fs::create_directories(path("elsewhere/refs"));
  fs::create_symlink(path("elsewhere"), path("repo/images"));
  EXPECT_FALSE(repository.images());
  EXPECT_FALSE(repository.add_image(merkle::digest_of(HashAlg::kSha256, {}), "x"));
  EXPECT_TRUE(fs::is_empty(path("elsewhere/refs")));
}

TEST_F(Repo, HoldsASharedLock) {
  Repository repository = make();
  auto second = Repository::open(path("repo"));
  EXPECT_TRUE(second);
  auto collector = open_file(path("repo"), O_RDONLY | O_DIRECTORY);
  EXPECT_LT(::flock(collector->get(), LOCK_EX | LOCK_NB), 0);
}

TEST_F(Repo, Streams) {
  auto store = open_store();
  const std::string text(3000000, 's');
  Digest digest = merkle::digest_of(HashAlg::kSha256, as_bytes(text));
  {
    auto dropped = store->begin();
    ASSERT_TRUE(dropped->write(as_bytes("never finished")));
    auto stream = store->begin();
    ASSERT_TRUE(stream->write(as_bytes(text).first(1000)));
    ASSERT_TRUE(stream->write(as_bytes(text).subspan(1000)));
    ASSERT_TRUE(stream->finish(digest));
    auto again = store->begin();
    ASSERT_TRUE(again->write(as_bytes(text)));
    ASSERT_TRUE(again->finish(digest));
  }
  ASSERT_TRUE(store->commit(1));
  store.reset();
  EXPECT_EQ(files_in_store(), std::vector<std::string>{object(digest)});
  EXPECT_EQ(content_of(object(digest)), text);
}

}  // namespace
}  // namespace cfs::store
