// SPDX-License-Identifier: LGPL-2.1-or-later

#include "entry/tries.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

namespace cfs::entry {
namespace {

TEST(Tries, AreInTheNameOfTheFile) {
  EXPECT_EQ(file_name("a", std::nullopt), "a.conf");
  EXPECT_EQ(file_name("a", 3), "a+3.conf");
  EXPECT_EQ(file_name("d/a", 3, kUkiSuffix), "d/a+3.efi");
  for (const char* file : {"a.conf", "a+3.conf", "a+3-0.conf", "a+0-3.conf"})
    EXPECT_EQ(name_of(file), "a") << file;
  for (const char* file : {"a+.conf", "a+3-.conf", "a+x.conf", "a+-3.conf", "a+1--2.conf",
                           "a+2147483648.conf", "a+20261126120000.conf"})
    EXPECT_NE(name_of(file), "a") << file;
  EXPECT_EQ(name_of("a.conf~"), std::nullopt);
  EXPECT_EQ(name_of("a+3.efi"), std::nullopt);
  EXPECT_EQ(name_of("a+2-1.efi", kUkiSuffix), "a");
  EXPECT_EQ(name_of("a+2147483647.conf"), "a");
}

TEST(Tries, OtherCountsOfTheEntryGo) {
  namespace fs = std::filesystem;
  char folder[] = "/tmp/cfsroot-tries-XXXXXX";
  ASSERT_NE(::mkdtemp(folder), nullptr);
  for (const char* name :
       {"a.efi", "a+3.efi", "a+0-3.efi", "a+1.conf", "ab.efi", "a+b.efi", "a+1.efi.extra"})
    std::ofstream(fs::path(folder) / name) << "x";
  auto removed = remove_other_counts(folder, "a+3.efi", kUkiSuffix);
  ASSERT_TRUE(removed) << removed.error().text;
  EXPECT_EQ(*removed, (std::vector<std::string>{"a+0-3.efi", "a.efi"}));
  removed = remove_other_counts(folder, "a+3.efi", kUkiSuffix);
  ASSERT_TRUE(removed) << removed.error().text;
  EXPECT_TRUE(removed->empty());
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 5);
  removed = remove_other_counts(folder, "a+5.efi", kUkiSuffix);
  EXPECT_EQ(removed.error().code, ENOENT) << "what is to replace it is not there";
  fs::rename(fs::path(folder) / "a+3.efi", fs::path(folder) / "a+2-1.efi");
  fs::create_symlink("a+2-1.efi", fs::path(folder) / "a.efi");
  removed = remove_other_counts(folder, "a.efi", kUkiSuffix);
  ASSERT_TRUE(removed && removed->empty()) << "that is where the link leads";
  fs::remove(fs::path(folder) / "a.efi");
  fs::rename(fs::path(folder) / "a+2-1.efi", fs::path(folder) / "a+3.efi");
  removed = remove_other_counts(folder, "image", kUkiSuffix);
  ASSERT_TRUE(removed && removed->empty()) << "only entries have counts";
  // A directory is no entry that could be replaced.
  fs::create_directory(fs::path(folder) / "a+9.efi");
  removed = remove_other_counts(folder, "a+3.efi", kUkiSuffix);
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().code, EISDIR);
  fs::remove_all(folder);
  EXPECT_EQ(remove_other_counts(folder, "a.conf").error().code, ENOENT);
}

}  // namespace
}  // namespace cfs::entry
