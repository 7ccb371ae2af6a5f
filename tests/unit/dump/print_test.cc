// SPDX-License-Identifier: LGPL-2.1-or-later

#include "dump/print.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "dump/parse.h"

namespace cfs::dump {
namespace {

std::string text_of(const Tree& tree, Result<> (*printer)(const Tree&, const Write&) = print) {
  std::string out;
  auto result = printer(tree, [&](std::string_view piece) -> Result<> {
    out += piece;
    return {};
  });
  EXPECT_TRUE(result);
  return out;
}

const std::string kDump =
    "/ 0 40755 2 0 0 0 0.0 - - - security.selinux=a\\x3db\\x00\n"
    "/a\\x20b\\\\ 3 100644 1 0 0 0 1.5 - \\x20\\n\\xff -\n"
    "/c 0 20600 1 0 0 259 0.0 - - -\n"
    "/d 0 40700 2 0 0 0 0.0 - - -\n"
    "/d/e 100 100644 1 0 0 0 -1.0 \\x2d - "
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef user.a=1 user.b=\n"
    "/l 3 120777 1 0 0 0 0.0 abc - -\n"
    "/z 100 @100644 1 0 0 0 -1.0 /d/e - "
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef user.a=1 user.b=\n";

TEST(Print, IsTheInverseOfParse) {
  auto tree = parse(kDump);
  ASSERT_TRUE(tree) << tree.error().text;
  EXPECT_EQ(text_of(*tree), kDump);
}

TEST(Print, LinksNameTheirTargetWhereverItIs) {
  std::string text =
      "/ 0 40755 2 0 0 0 0.0\n/a 0 @100644 - - - - - /z\n/z 0 100644 2 0 0 0 0.0\n";
  auto tree = parse(text);
  ASSERT_TRUE(tree);
  EXPECT_EQ(text_of(*tree),
            "/ 0 40755 2 0 0 0 0.0 - - -\n/a 0 @100644 2 0 0 0 0.0 /z - -\n"
            "/z 0 100644 2 0 0 0 0.0 - - -\n");
}

TEST(Print, ListsAsLsDoes) {
  auto tree = parse(kDump);
  ASSERT_TRUE(tree);
  EXPECT_EQ(text_of(*tree, print_ls), "/a b\\\\\n/c\n/d/\t\n/d/e\t@ -\n/l\t-> abc\n/z\n");
}

TEST(Print, StopsWhenWritingFails) {
  auto tree = parse(kDump);
  ASSERT_TRUE(tree);
  auto result = print(*tree, [](std::string_view) -> Result<> { return fail(ENOSPC, "out"); });
  EXPECT_EQ(result.error().code, ENOSPC);
}

TEST(Print, DoesNotRecurse) {
  std::string text = "/ 0 40755 2 0 0 0 0.0\n", path;
  for (int i = 0; i < 2000; ++i) {
    path += "/d";
    text += path + " 0 40755 2 0 0 0 0.0\n";
  }
  auto tree = parse(text);
  ASSERT_TRUE(tree);
  EXPECT_EQ(text_of(*parse(text_of(*tree))), text_of(*tree));
}

}  // namespace
}  // namespace cfs::dump
