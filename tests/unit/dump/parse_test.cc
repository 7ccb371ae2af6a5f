// SPDX-License-Identifier: LGPL-2.1-or-later

#include "dump/parse.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace cfs::dump {
namespace {

const std::string kRoot = "/ 0 40755 2 0 0 0 0.0 - - -\n";

struct Case {
  const char* lines;  // after the root's
  const char* error;  // empty: accepted
};

class Parse : public ::testing::TestWithParam<Case> {};

TEST_P(Parse, AcceptsOrRefuses) {
  std::string text = kRoot + GetParam().lines;
  auto tree = parse(text);
  EXPECT_EQ(tree ? "" : tree.error().text, GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Fields, Parse,
    ::testing::Values(
        Case{"/f 0 100644 1 0 0 0 0.0 - - -\n", ""}, Case{"//f 0 100644 1 0 0 0 0.0", ""},
        Case{"f 0 100644 1 -1 +1 \t2 0.0 - - - \n", ""}, Case{"/f 1 100644 1 0 0 0 0.0 - - -", ""},
        Case{"\n", "Invalid empty path (line 2, column 1)"},
        Case{"/f 0 644 1 0 0 0 0.0 - - -\n", "Invalid mode 644 (line 2, column 6)"},
        Case{"/f x 100644 1 0 0 0 0.0 - - -\n", "Invalid integer x (line 2, column 4)"},
        Case{"/f 0 100648 1 0 0 0 0.0 - - -\n", "Invalid integer 100648 (line 2, column 6)"},
        Case{"/f 0 100644 1 7 x 0 0.0 - - -\n", "Invalid integer x (line 2, column 17)"},
        Case{"/f 0 100644 1 0 0 0 5 - - -\n", "Invalid integer  (line 2, column 22)"},
        Case{"/f 3 100644 1 0 0 0 0.0 - ab -\n",
             "Invalid content size 2, must match size 3 (line 2, column 27)"},
        Case{"/f 1 100644 1 0 0 0 0.0 - - abc\n",
             "Invalid digest, must be 64 hex digits (line 2, column 29)"},
        Case{"/d 0 40755 1 0 0 0 0.0 - - abc\n", ""},
        Case{"/l 0 120777 1 0 0 0 0.0 - - -\n", "Invalid symlink (line 2, column 25)"},
        Case{"/f 9500000000000000 100644 1 0 0 0 0.0 - - -\n",
             "cannot write file: File too large (line 2, column 4)"}));

INSTANTIATE_TEST_SUITE_P(
    Escapes, Parse,
    ::testing::Values(
        Case{"/a\\x20\\\\ 0 100644 1 0 0 0 0.0 - - -\n", ""},
        Case{"/a\\ 0 100644 1 0 0 0 0.0 - - -\n", "No character after escape (line 2, column 3)"},
        Case{"/a\\x1 0 100644 1 0 0 0 0.0 - - -\n",
             "No hex characters after hex escape (line 2, column 3)"},
        Case{"/a\\x1g 0 100644 1 0 0 0 0.0 - - -\n",
             "Invalid hex characters after hex escape (line 2, column 3)"},
        Case{"/a\\q 0 100644 1 0 0 0 0.0 - - -\n", "Unsupported escape type q (line 2, column 3)"},
        Case{"\\x00 0 100644 1 0 0 0 0.0 - - -\n", "Invalid empty path (line 2, column 1)"}));

INSTANTIATE_TEST_SUITE_P(
    Paths, Parse,
    ::testing::Values(
        Case{"/ 0 40755 2 0 0 0 0.0 - - -\n", "Can't have multiple roots (line 2, column 1)"},
        Case{"/a/b 0 100644 1 0 0 0 0.0 - - -\n",
             "Parent directory missing for /a/b (line 2, column 1)"},
        Case{"/a 0 100644 1 0 0 0 0.0 - - -\n/a/b 0 100644 1 0 0 0 0.0 - - -\n",
             "Parent must be a directory for /a/b (line 3, column 1)"},
        Case{"/.. 0 100644 1 0 0 0 0.0 - - -\n", "Invalid . or .. in path: /.. (line 2, column 1)"},
        Case{"// 0 40755 2 0 0 0 0.0 - - -\n", "Can't add child (line 2, column 1)"},
        Case{"/a 0 100644 1 0 0 0 0.0 - - -\n//a 0 100644 1 0 0 0 0.0 - - -\n",
             "Can't add child (line 3, column 1)"},
        // The duplicate of line 3 is reported, not what is wrong in line 4.
        Case{"/a 0 100644 1 0 0 0 0.0\n/a 0 100644 1 0 0 0 0.0\n/b x\n",
             "Can't add child (line 3, column 1)"}));

INSTANTIATE_TEST_SUITE_P(
    Links, Parse,
    ::testing::Values(
        Case{"/a 0 @100644 - - - - - /z - -\n/z 0 100644 1 0 0 0 0.0 - - -\n", ""},
        Case{"/a 0 @100644 - - - - - /b\n/b 0 @100644 - - - - - //c/\n/c 0 100644 1 0 0 0 0.0\n",
             ""},
        Case{"/a 0 @40755 - - - - - /z - -\n",
             "Directories can't be hardlinked (line 2, column 6)"},
        Case{"/a 0 @100644 - - - - - - - -\n",
             "No target path for the hardlink (line 2, column 1)"},
        Case{"/a 0 @100644 - - - - - /z - -\n", "No target at /z for hardlink (line 2, column 1)"},
        Case{"/a 0 @100644 - - - - - /a - -\n", "Self-referential hardlink /a (line 2, column 1)"},
        Case{"/a 0 @100644 - - - - - /b\n/b 0 @100644 - - - - - /a\n",
             "cannot write file: Too many levels of symbolic links (line 2, column 1)"},
        // Links come after all lines, the last one first.
        Case{"/a 0 @100644 - - - - - /z\n/b 0 @100644 - - - - - -\n",
             "No target path for the hardlink (line 3, column 1)"},
        Case{"/d 0 40755 2 0 0 0 0.0\n/a 0 @100644 - - - - - /d\n",
             "Hardlink target is a directory: /d (line 3, column 1)"}));

INSTANTIATE_TEST_SUITE_P(
    Xattrs, Parse,
    ::testing::Values(
        Case{"/f 0 100644 1 0 0 0 0.0 - - - user.a=1 user.a=b=c user.e=\n", ""},
        Case{"/f 0 100644 1 0 0 0 0.0 - - - user.a\n", "Missing = in xattr (line 2, column 31)"},
        Case{"/f 0 100644 1 0 0 0 0.0 - - - =v\n", "Can't set xattr (line 2, column 31)"},
        Case{"/f 0 100644 1 0 0 0 0.0 - - - a=1  b=2\n",
             "Missing = in xattr (line 2, column 35)"}));

TEST(ParseText, NamesTheLine) {
  EXPECT_EQ(parse("").error().text, "No files in dump file");
  EXPECT_EQ(parse("/a 0 100644 1 0 0 0 0.0 - - -\n").error().text,
            "Root node not present (line 1, column 1)");
  EXPECT_EQ(parse("/ 0 100644 1 0 0 0 0.0 - - -\n").error().text,
            "Root must be a directory (line 1, column 1)");
  std::string nul = kRoot + std::string("/a\0b 0", 6);
  EXPECT_EQ(parse(nul).error().text,
            "Invalid embedded NUL character at position 2 (line 2, column 3)");
}

TEST(ParseText, StrictModeAsksForMore) {
  auto strict = [](const std::string& lines) {
    auto tree = parse(kRoot + lines, {.strict = true});
    return tree ? "" : tree.error().text;
  };
  EXPECT_EQ(strict("/f 0 100644 1 0 0 0 0.0 - - -"),
            "Missing trailing newline (line 2, column 30)");
  EXPECT_EQ(strict("/f 0 100644 1 0 0 5 0.0 - - -\n"),
            "Non-zero devnum on non-device (line 2, column 19)");
  EXPECT_EQ(strict("/l 3 120777 1 0 0 0 0.0 ab - -\n"),
            "Invalid symlink size 2, must match size 3 (line 2, column 4)");
}

TEST(ParseText, KeepsWhatTheLineSays) {
  std::string text = kRoot + "/x 100 100600 3 -1 4294967297 0 -5.7 ab/cd - " +
                     std::string(64, 'f') + " user.k=v\\x00w\n";
  auto tree = parse(text);
  ASSERT_TRUE(tree);
  const tree::Inode& inode = (*tree)[tree->entries(tree::kRoot)[0].inode];
  EXPECT_EQ(inode.size, 100u);
  EXPECT_EQ(inode.nlink, 3u);
  EXPECT_EQ(inode.uid, 0xffffffffu);
  EXPECT_EQ(inode.gid, 1u);
  EXPECT_EQ(inode.mtime, -5);
  EXPECT_EQ(inode.mtime_nsec, 7u);
  EXPECT_EQ(inode.data(), "ab/cd");
  EXPECT_EQ(tree->digest(inode).bytes()[31], std::byte{0xff});
  auto xattr = tree->xattrs().pair(tree->xattrs().set(inode.xattrs)[0]);
  EXPECT_EQ(xattr.value, std::string_view("v\0w", 3));
}

TEST(ParseTree, TakesSha512WhereTheCallerDoes) {
  const std::string hex(128, 'a'), text = cat(kRoot, "/f 9 100644 1 0 0 0 0.0 aa/b - ", hex, "\n");
  EXPECT_EQ(parse(text).error().text, "Invalid digest, must be 64 hex digits (line 2, column 32)");
  auto tree = parse(text, {.sha512 = true});
  ASSERT_TRUE(tree) << tree.error().text;
  const tree::Inode& inode = (*tree)[tree->entries(tree::kRoot)[0].inode];
  EXPECT_EQ(tree->digest(inode), Digest::parse(hex));
  EXPECT_FALSE(parse(cat(kRoot, "/f 9 100644 1 0 0 0 0.0 aa/b - aa\n"), {.sha512 = true}));
}

}  // namespace
}  // namespace cfs::dump
