// SPDX-License-Identifier: LGPL-2.1-or-later

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <vector>

#include "base/fd.h"
#include "base/parallel.h"
#include "base/text.h"

namespace cfs {
namespace {

TEST(Text, LowerCaseIsOfAsciiAlone) {
  EXPECT_EQ(lower_case("EFI/Boot\xc3\x84@[`{1"), "efi/boot\xc3\x84@[`{1");
}

TEST(Little, IsLittleEndianAndUnaligned) {
  std::byte bytes[5] = {std::byte{0}, std::byte{0x78}, std::byte{0x56}, std::byte{0x34},
                        std::byte{0x12}};
  le32 value;
  std::memcpy(&value, bytes + 1, sizeof value);
  EXPECT_EQ(value, 0x12345678u);
  value = 0xfedcba98u;
  EXPECT_EQ(to_hex(bytes_of(value)), "98badcfe");
}

TEST(Hex, RefusesWhatIsNotHex) {
  std::byte out[2];
  EXPECT_TRUE(from_hex("aBcD", out));
  EXPECT_EQ(to_hex(out), "abcd");
  for (const char* bad : {"", "abc", "abcde", "abcg", "0x12"}) EXPECT_FALSE(from_hex(bad, out)) << bad;
}

TEST(Printable, EscapesAndCaps) {
  EXPECT_EQ(printable("a\n\xff\\"), "a\\x0a\\xff\\x5c");
  EXPECT_EQ(printable("abcdef", 3), "abc...");
}

TEST(ParseDecimal, TakesDigitsOnly) {
  EXPECT_EQ(parse_decimal("18446744073709551615"), ~u64{0});
  for (const char* bad : {"", "-1", "+1", " 1", "1 ", "18446744073709551616"})
    EXPECT_FALSE(parse_decimal(bad)) << bad;
}

TEST(ReadToEnd, ReadsPipesAndRefusesTooMuch) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  Fd in(ends[0]), out(ends[1]);
  ASSERT_TRUE(write_all(out.get(), as_bytes("hello")));
  out.reset();
  EXPECT_EQ(read_to_end(in.get(), 5).value(), "hello");
  auto self = open_file("/proc/self/exe", O_RDONLY);
  EXPECT_EQ(read_to_end(self->get(), 100).error().code, EFBIG);
}

TEST(ParallelFor, ReportsTheFirstFailureWhateverTheThreads) {
  for (unsigned threads : {1u, 2u, 8u}) {
    std::vector<std::atomic<int>> seen(1000);
    auto result = parallel_for(threads, seen.size(), [&](std::size_t i) -> Result<> {
      ++seen[i];
      if (i == 300 || i == 700) return fail_with(EIO, cat(i));
      return {};
    });
    EXPECT_EQ(result.error().text, "300");
    for (std::size_t i = 0; i <= 300; ++i) EXPECT_EQ(seen[i], 1);
  }
  EXPECT_TRUE(parallel_for(4, 0, [](std::size_t) -> Result<> { return {}; }));
}

}  // namespace
}  // namespace cfs
