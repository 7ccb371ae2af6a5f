// SPDX-License-Identifier: LGPL-2.1-or-later

#include "kernel-cmdline/edit.h"

#include <gtest/gtest.h>

#include <random>

#include "base/text.h"
#include "kernel-cmdline/digests.h"

namespace cfs::kernel_cmdline {
namespace {

TEST(WithWord, KeepsEverythingElse) {
  const std::string_view cases[][2] = {
      {"", "W"},
      {"\n", "W \n"},
      {"  ", "W   "},
      {"a b\n", "a b W\n"},
      {"a  b  ", "a  b W  "},
      {"composefs=1", "W"},
      {"a composefs=1  b", "a W  b"},
      {"a\tcomposefs=1\tb", "a\tW\tb"},
      {"composefs=1 composefs.digest=2 a", "W a"},
      {"a composefs.digest=1  b  composefs=2  composefs=3 c", "a W  b c"},
      {"composefs.signed=x a", "W a"},
      {"composefs a composefs.digest", "W a"},
      {"\"composefs=1\" a=\"b  c\"", "W a=\"b  c\""},
      {"xcomposefs=1 composefs.foo=2", "xcomposefs=1 composefs.foo=2 W"},
      {"\"a composefs=1\"", "\"a composefs=1\" W"},
      {"a -- b composefs=1", "a W -- b composefs=1"},
      {"-- b", "W -- b"},
      {"a composefs=1 -- composefs=2", "a W -- composefs=2"},
      // A quote that is never closed takes in all that follows.
      {"a b=\"c d", "a W b=\"c d"},
      {"\"a", "W \"a"},
      {"a composefs=\"1 b", "a W"},
      {std::string_view("a\0b", 3), std::string_view("a W\0b", 5)},
  };
  for (auto [line, expected] : cases) {
    EXPECT_EQ(with_word(line, "W"), expected) << line;
  }
}

TEST(WordFor, IsWhatTheHelperReads) {
  for (std::size_t digits : {std::size_t{64}, std::size_t{128}}) {
    Digest digest = Digest::parse(std::string(digits, 'c')).value();
    for (Spelling spelling : {Spelling::kPlain, Spelling::kTyped}) {
      auto found = find_digests(split(word_for(digest, spelling)));
      ASSERT_TRUE(found.has_value());
      ASSERT_EQ(found->list.size(), 1u);
      EXPECT_EQ(found->list.front(), digest);
      EXPECT_FALSE(found->lax);
    }
  }
}

// The words of others as they stand in the line.
std::vector<std::string> others(std::string_view line) {
  std::vector<std::string> out;
  for (const Parameter& parameter : split(line))
    if (!is_ours(parameter))
      out.emplace_back(line.substr(parameter.begin, parameter.end - parameter.begin));
  return out;
}

TEST(WithWord, ChangesNothingButOurs) {
  const std::string_view pieces[] = {
      "a",
      "b=",
      "=",
      "\"",
      " ",
      " ",
      " ",
      "\t",
      "\n",
      "\xa0",
      "\xff",
      "--",
      " -- ",
      "\"\"",
      "=\"",
      "x y",
      "composefs",
      "composefs=12",
      " composefs.digest=v1 ",
      "composefs.signed",
      "\"composefs=1 2\"",
  };
  std::mt19937 random(20);
  const std::string word = word_for(Digest::parse(std::string(64, 'a')).value(), Spelling::kPlain);
  for (int run = 0; run < 20000; ++run) {
    std::string line;
    for (auto count = random() % 12; count > 0; --count)
      line += pieces[random() % std::size(pieces)];
    std::string edited = with_word(line, word);
    ASSERT_EQ(others(edited), others(line)) << line;
    int ours = 0;
    for (const Parameter& parameter : split(edited))
      if (is_ours(parameter)) {
        ++ours;
        ASSERT_EQ(edited.substr(parameter.begin, parameter.end - parameter.begin), word) << line;
      }
    ASSERT_EQ(ours, 1) << line;
    ASSERT_EQ(with_word(edited, word), edited) << line;
    // What belongs to init: all behind the last parameter.
    auto parameters = split(line);
    std::size_t end = 0;
    for (const Parameter& parameter : parameters) end = parameter.end;
    ASSERT_TRUE(edited.ends_with(std::string_view(line).substr(end))) << line;
  }
}

}  // namespace
}  // namespace cfs::kernel_cmdline
