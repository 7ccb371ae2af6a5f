// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sys/modules.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

namespace cfs::sys {
namespace {

TEST(Modules, ListIsReadInOrder) {
  auto list = parse_module_list("# drivers\n/a.ko\n\n  \n/b c.ko.xz # why\t\n/d.ko");
  ASSERT_TRUE(list);
  EXPECT_EQ(*list, (std::vector<std::string>{"/a.ko", "/b c.ko.xz", "/d.ko"}));
  EXPECT_TRUE(parse_module_list("").value().empty());
}

TEST(Modules, ListHasAbsolutePaths) {
  auto list = parse_module_list("/a.ko\nerofs\n");
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().text, "/usr/lib/composefs/modules:2: `erofs` is not an absolute path");
}

TEST(Modules, SayWhichCannotBeLoaded) {
  EXPECT_EQ(load_module("/no/such.ko").error().code, ENOENT);
  std::string path = std::filesystem::temp_directory_path() / "cfsroot-no-module.ko";
  std::ofstream(path) << "not a module at all";
  auto loaded = load_module(path);
  std::filesystem::remove(path);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().text.find("module " + path + ": "), 0u) << loaded.error().text;
}

}  // namespace
}  // namespace cfs::sys
