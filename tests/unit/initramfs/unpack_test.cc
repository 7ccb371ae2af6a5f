// SPDX-License-Identifier: LGPL-2.1-or-later

#include "initramfs/unpack.h"

#include <gtest/gtest.h>

#include <chrono>

#include "base/text.h"
#include "cpio.h"

namespace cfs::initramfs {
namespace {

Unpacked unpacked(const std::string& bytes) {
  auto result = unpack(as_bytes(bytes));
  EXPECT_TRUE(result) << result.error().text;
  return result ? std::move(*result) : Unpacked();
}

std::string content(const Unpacked& from, std::string_view path) {
  const Node* node = from.files.find(path);
  return node ? node->content : "(missing)";
}

std::string error(std::string_view bytes) {
  auto result = unpack(as_bytes(bytes));
  return result ? "" : result.error().text;
}

// Compressed ones are in tests/cli, by the programs that builders use.
TEST(Unpack, ArchivesInARowReplaceWhatCameBefore) {
  std::string first = Cpio().directory("a").file("a/x", "old").file("a/y", "kept").end();
  std::string second = Cpio().file("a/x", "new").end();
  Unpacked both = unpacked(first + std::string(512, '\0') + second + std::string(4, '\0'));
  EXPECT_EQ(content(both, "/a/x"), "new");
  EXPECT_EQ(content(both, "a/y"), "kept");
  EXPECT_TRUE(both.left_out.empty());
}

// Hostile, and no reason to take long: a full directory that comes again and again.
TEST(Unpack, AFullDirectoryThatComesAgain) {
  constexpr int kTimes = 20'000;
  Cpio cpio;
  cpio.directory("d").file("d-e", "between").directory("empty");
  for (int i = 0; i < kTimes; ++i) cpio.file(cat("d/", i), "");
  for (int i = 0; i < kTimes; ++i) cpio.directory("d");
  std::string bytes = cpio.file("d", "lost").file("empty", "x").end();
  auto start = std::chrono::steady_clock::now();
  Unpacked all = unpacked(bytes);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  EXPECT_EQ(all.files.list("d").size(), std::size_t{kTimes});
  EXPECT_EQ(content(all, "empty"), "x");
}

TEST(Unpack, NamesOfOneFileShareTheContentOfTheLast) {
  const unsigned mode = S_IFREG | 0755;
  Unpacked all = unpacked(Cpio()
                              .add("a", mode, "", 7, 3)
                              .add("b", mode, "", 7, 3)
                              .add("c", mode, "shared", 7, 3)
                              .end());
  for (auto name : {"a", "b", "c"}) EXPECT_EQ(content(all, name), "shared");
}

TEST(Unpack, LinksLeadToWhereTheKernelWouldWrite) {
  Unpacked all = unpacked(Cpio()
                              .directory("usr")
                              .directory("usr/lib")
                              .link("lib", "usr/lib")
                              .link("up", "/usr/../lib")
                              .file("lib/x", "1")
                              .file("up/y", "2")
                              .link("loop", "loop")
                              .end());
  EXPECT_EQ(all.files.resolve("/lib/x"), "usr/lib/x");
  EXPECT_EQ(content(all, "usr/lib/y"), "2");
  EXPECT_EQ(content(all, "up/x"), "1");
  EXPECT_EQ(all.files.find("loop/z"), nullptr);
  EXPECT_EQ(all.files.list("lib"), (std::vector<std::string>{"x", "y"}));
}

TEST(Unpack, ADirectoryTakesThePlaceOfALink) {
  Unpacked all = unpacked(Cpio()
                              .directory("usr")
                              .directory("usr/lib")
                              .link("lib", "usr/lib")
                              .directory("lib")
                              .file("lib/x", "1")
                              .end());
  EXPECT_EQ(all.files.resolve("lib/x"), "lib/x");
}

TEST(Unpack, WhatHasNoDirectoryIsLeftOut) {
  Unpacked all = unpacked(Cpio().file("a/b", "1").file("c", "2").file("c/d", "3").end());
  EXPECT_EQ(all.left_out, (std::vector<std::string>{"a/b", "c/d"}));
  EXPECT_EQ(content(all, "c"), "2");
}

TEST(Unpack, RefusesWhatIsNoInitramfs) {
  EXPECT_EQ(error(""), "is empty");
  EXPECT_NE(error("#!/bin/sh\n").find("at byte 0: is neither a cpio archive"), std::string::npos);
  EXPECT_NE(error(Cpio().end() + "rubbish").find("is neither a cpio archive"), std::string::npos);
  std::string whole = Cpio().file("a", std::string(1000, 'x')).end();
  EXPECT_NE(error(std::string_view(whole).substr(0, 600)), "");
  EXPECT_NE(error(std::string_view(whole).substr(0, 50)), "");
  EXPECT_NE(error(std::string("\x1f\x8b\x08 and no more")), "");
}

}  // namespace
}  // namespace cfs::initramfs
