// SPDX-License-Identifier: LGPL-2.1-or-later

#include <gtest/gtest.h>

#include "sys/mount_info.h"

namespace cfs::sys {
namespace {

TEST(MountTable, FieldsAndEscapes) {
  auto lines = parse_mount_table(
      "22 1 0:21 / / ro,relatime shared:1 master:2 - overlay composefs:ab ro,verity=require\n"
      "23 22 8:2 /state /a\\040b\\134x rw - ext4 /dev/sda\\0402 rw\n");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].id, 22u);
  EXPECT_EQ(lines[0].point, "/");
  EXPECT_EQ(lines[0].info.type, "overlay");
  EXPECT_EQ(lines[0].info.source, "composefs:ab");
  EXPECT_EQ(lines[0].options, "ro,verity=require");
  EXPECT_EQ(lines[1].point, "/a b\\x");
  EXPECT_EQ(lines[1].info.source, "/dev/sda\\0402");
}

TEST(MountTable, WhatIsCutShortIsEmpty) {
  EXPECT_TRUE(parse_mount_table("").empty());
  auto lines = parse_mount_table("7 1 0:1 / /\\04");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].point, "/\\04");
  EXPECT_EQ(lines[0].info.type, "");
}

}  // namespace
}  // namespace cfs::sys
