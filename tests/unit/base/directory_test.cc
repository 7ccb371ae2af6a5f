// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/directory.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/fd.h"

namespace cfs {
namespace {

// Needs a user who is not root, to whom permissions mean something.
TEST(ListDirectory, NeedsNoSearchPermission) {
  char folder[] = "/tmp/cfsroot-directory-XXXXXX";
  ASSERT_NE(::mkdtemp(folder), nullptr);
  for (const char* name : {"b", "a"}) std::ofstream(std::filesystem::path(folder) / name) << "x";
  ASSERT_EQ(::chmod(folder, 0444), 0);
  auto dir = open_file(folder, O_RDONLY | O_DIRECTORY);
  ASSERT_TRUE(dir) << dir.error().text;
  const uid_t user = ::geteuid();
  ASSERT_EQ(::seteuid(user == 0 ? 65534 : user), 0);
  for (int round = 0; round < 2; ++round) {
    auto entries = list_directory(dir->get());
    EXPECT_TRUE(entries);
    EXPECT_EQ(entries ? entries->size() : 0, 2u);
  }
  ASSERT_EQ(::seteuid(user), 0);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  std::filesystem::remove_all(folder);
}

TEST(SplitPath, KnowsTheRootAndHere) {
  auto parts = [](const std::string& path) {
    PathParts at = split_path(path);
    return at.folder + " " + at.name;
  };
  EXPECT_EQ(parts("a/b/c"), "a/b c");
  EXPECT_EQ(parts("/b"), "/ b");
  EXPECT_EQ(parts("b"), ". b");
  EXPECT_EQ(parts("a/"), "a ");
}

}  // namespace
}  // namespace cfs
