// SPDX-License-Identifier: LGPL-2.1-or-later

#include "kernel-cmdline/digests.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/fd.h"
#include "base/text.h"

namespace cfs::kernel_cmdline {
namespace {

const std::string kFolder = CFS_SOURCE_DIR "/kernel-cmdline/";

std::string result_of(std::string_view line) {
  auto digests = find_digests(split(line));
  if (!digests) {
    constexpr std::string_view kinds[] = {"no-digest", "malformed", "conflict"};
    return cat("refused ", kinds[static_cast<int>(digests.error().complaint)], ": ",
               digests.error().text, "\n");
  }
  if (!digests->signed_name.empty()) return cat("signed ", digests->signed_name, "\n");
  std::string out;
  for (const Digest& digest : digests->list)
    out += cat(digests->lax ? "lax " : "", fsverity::name(digest.alg), " ", digest.hex(), "\n");
  return out;
}

// T01 T02 T03 T04 T06 T08
TEST(Examples, GiveWhatStandsBesideThem) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder + "examples")) {
    if (entry.path().extension() != ".cmdline") continue;
    auto expected = entry.path();
    expected.replace_extension(".expected");
    EXPECT_EQ(result_of(read_file(entry.path()).value()), read_file(expected).value())
        << entry.path();
    ++count;
  }
  EXPECT_GT(count, 20);
}

// What a signed name stands for has the same grammar.
TEST(Typed, IsFormatHashBlockSizeAndDigits) {
  std::string hex(64, 'A');
  EXPECT_EQ(parse_typed_digest("v1-sha256-12:" + hex)->hex(), std::string(64, 'a'));
  for (std::string bad :
       {std::string(), hex, std::string("v1-sha256-12:"), "?v1-sha256-12:" + hex,
        "v1-sha256-12:" + hex + " ", "v1-sha512-12:" + hex, "v1-sha256-16:" + hex})
    EXPECT_FALSE(parse_typed_digest(bad)) << bad;
}

// composefs-setup-root(8) and parameters.def are the same list.
TEST(ManualPage, HasTheParameters) {
  std::string page = read_file(CFS_SOURCE_DIR "/docs/man/composefs-setup-root.8.md").value();
  for (std::size_t at; (at = page.find("\n  ")) != page.npos;) page.replace(at, 3, " ");  // go on
  std::string list;
#define CFS_PARAMETER(identifier, name, value, count, meaning) \
  list += "* `" name "=" value "` (" count "): " meaning ".\n";
#include "kernel-cmdline/parameters.def"
#undef CFS_PARAMETER
  EXPECT_NE(page.find(cat("\n\n", list, "\n")), std::string::npos) << list;
}

TEST(Digests, AreListedOnce) {
  std::string hex(64, 'a');
  EXPECT_EQ(result_of(cat("composefs.digest=v1-sha256-12:", hex, " composefs=", hex)),
            cat("sha256 ", hex, "\n"));
}

}  // namespace
}  // namespace cfs::kernel_cmdline
