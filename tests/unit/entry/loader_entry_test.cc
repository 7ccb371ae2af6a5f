// SPDX-License-Identifier: LGPL-2.1-or-later

#include "entry/loader_entry.h"

#include <gtest/gtest.h>

namespace cfs::entry {
namespace {

TEST(LoaderEntry, IsWrittenAsTheSpecificationSays) {
  LoaderEntry entry{.title = "A b",
                    .version = "1.2",
                    .machine_id = std::string(32, 'a'),
                    .sort_key = "my",
                    .kernel = "/k",
                    .initrds = {"/i", "/j"},
                    .options = "quiet x=\"a  b\""};
  ASSERT_TRUE(check(entry).has_value());
  std::string text = text_of(entry);
  EXPECT_EQ(text, "title A b\nversion 1.2\nmachine-id " + std::string(32, 'a') +
                      "\nsort-key my\nlinux /k\ninitrd /i\ninitrd /j\noptions quiet x=\"a  b\"\n");
  EXPECT_EQ(values_of(text, "initrd"), (std::vector<std::string>{"/i", "/j"}));
  EXPECT_EQ(values_of(text, "options"), std::vector<std::string>{entry.options});
  EXPECT_EQ(values_of("# linux /a\n linux\t /b \r\nlinux\nlinuxx /c\nlinux /d", "linux"),
            (std::vector<std::string>{"/b", "/d"}));
}

TEST(LoaderEntry, WhatWouldNotBeReadBackIsRefused) {
  auto complaint = [](std::string LoaderEntry::*member, const std::string& value) {
    LoaderEntry entry;
    entry.*member = value;
    auto result = check(entry);
    return result ? "" : result.error().text;
  };
  auto says = [&](std::string LoaderEntry::*member, const std::string& value, const char* text) {
    std::string all = complaint(member, value);
    EXPECT_NE(all.find(text), all.npos) << all;
  };
  says(&LoaderEntry::title, "a\nlinux /evil", "has a control character");
  says(&LoaderEntry::sort_key, "a\x7f", "has a control character");
  says(&LoaderEntry::version, " 1", "get lost");
  says(&LoaderEntry::machine_id, "abc", "is not 32 hex digits");
  says(&LoaderEntry::machine_id, std::string(32, 'x'), "is not 32 hex digits");
  says(&LoaderEntry::options, std::string(2048, 'a'), "the kernel reads 2047");
  EXPECT_EQ(complaint(&LoaderEntry::options, " quiet "), "");
  EXPECT_EQ(complaint(&LoaderEntry::options, std::string(2047, 'a')), "");
}

TEST(Names, AreSafeInAPath) {
  for (const char* name : {"a", "A.b_c-9"}) EXPECT_TRUE(is_entry_name(name)) << name;
  for (const char* name : {"", ".", "..", ".a", "a/b", "a+3", "a b", "\xc3\xa4"})
    EXPECT_FALSE(is_entry_name(name)) << name;
  EXPECT_FALSE(is_entry_name(std::string(201, 'a')));
}

}  // namespace
}  // namespace cfs::entry
