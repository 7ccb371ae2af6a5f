// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tools/repository_check.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "base/text.h"
#include "erofs/writer.h"
#include "merkle/merkle.h"
#include "tree/scan.h"

namespace cfs::tools {
namespace {

using store::Repository;

class Check : public testing::Test {
 protected:
  Check() {
    std::string pattern = testing::TempDir() + "check.XXXXXX";
    path_ = ::mkdtemp(pattern.data());
    std::filesystem::create_directory(path_ + "/tree");
  }
  ~Check() override { std::filesystem::remove_all(path_); }

  // One object for each text.
  void add(const Repository& repository, const std::vector<std::string>& texts) {
    auto store = repository.objects([](const std::string& text) { ADD_FAILURE() << text; });
    ASSERT_TRUE(store) << store.error().text;
    for (const std::string& text : texts)
      ASSERT_TRUE(
          (*store)->add(merkle::digest_of(HashAlg::kSha256, as_bytes(text)), as_bytes(text)));
    ASSERT_TRUE((*store)->commit(1));
  }
  void add_image(const Repository& repository) {
    auto tree = tree::scan(path_ + "/tree", {});
    ASSERT_TRUE(tree);
    std::string image;
    ASSERT_TRUE(erofs::write_image(*tree, {}, [&](Bytes bytes) -> Result<> {
      image += as_text(bytes);
      return {};
    }));
    add(repository, {image});
    const Digest digest = merkle::digest_of(HashAlg::kSha256, as_bytes(image));
    ASSERT_TRUE(repository.add_image(digest, "name"));
  }

  std::string path_;
};

// An import that ends once the objects are listed has done no harm.
TEST_F(Check, WhileSomethingIsImported) {
  ASSERT_TRUE(Repository::create(path_ + "/repo", {.insecure = true}));
  auto repository = Repository::open(path_ + "/repo");
  ASSERT_TRUE(repository);
  std::vector<std::string> texts;  // so many that there is progress
  for (int i = 0; i < 300; ++i) texts.push_back(cat("text ", i));
  add(*repository, texts);
  bool added = false;
  RepositoryCheck check(*repository, 1, [&](u64 done, u64) {
    if (done == 0) add_image(*repository);
    added = true;
  });
  ASSERT_TRUE(check.check_all());
  EXPECT_TRUE(added);
  for (const Finding& finding : check.findings())
    ADD_FAILURE() << finding.path << ": " << finding.problem;
  RepositoryCheck again(*repository, 1, [](u64, u64) {});
  ASSERT_TRUE(again.check_all());
  EXPECT_TRUE(again.findings().empty());
  EXPECT_EQ(again.image_count(), 1u);
}

}  // namespace
}  // namespace cfs::tools
