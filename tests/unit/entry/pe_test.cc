// SPDX-License-Identifier: LGPL-2.1-or-later

#include "entry/pe.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/unit/entry/efi_program.h"

namespace cfs::entry {
namespace {

TEST(PeSections, AreFound) {
  std::string file = efi_program({{".osrel", "ID=x"}, {".cmdline", "quiet"}, {".linux", ""}});
  auto sections = pe_sections(as_bytes(file));
  ASSERT_TRUE(sections.has_value()) << sections.error().text;
  ASSERT_EQ(sections->size(), 3u);
  EXPECT_EQ(sections->at(1).name, ".cmdline");
  EXPECT_EQ(as_text(sections->at(1).content), "quiet");
  EXPECT_TRUE(sections->at(2).content.empty());
}

TEST(PeSections, OtherFilesAreRefused) {
  std::string file = efi_program({});
  file[0] = 'm';
  for (const std::string& bad : {file, std::string(), std::string("MZ"), std::string(64, 'M')})
    EXPECT_FALSE(pe_sections(as_bytes(bad)).has_value());
}

// Whatever is cut off or changed, it is an error or sections inside the file.
TEST(PeSections, StayInsideTheFile) {
  const std::string good = efi_program({{".cmdline", "quiet"}, {".linux", "kernel"}});
  std::size_t refused = 0;
  for (std::size_t size = 0; size < good.size(); ++size) {
    std::string cut = good.substr(0, size);
    refused += !pe_sections(as_bytes(cut));
  }
  EXPECT_GT(refused, 100u);
  std::mt19937 random(3);
  for (int run = 0; run < 20000; ++run) {
    std::string bad = good;
    for (int i = 0; i < 4; ++i)
      bad[random() % 200] = static_cast<char>(random() % 3 ? 255 : random());
    Bytes file = as_bytes(bad);
    auto sections = pe_sections(file);
    if (!sections) continue;
    for (const Section& section : *sections) {
      if (section.content.empty()) continue;
      ASSERT_GE(section.content.data(), file.data());
      ASSERT_LE(section.content.data() + section.content.size(), file.data() + file.size());
    }
  }
}

}  // namespace
}  // namespace cfs::entry
