// SPDX-License-Identifier: LGPL-2.1-or-later

#include "erofs/sink.h"

#include <gtest/gtest.h>

namespace cfs::erofs {
namespace {

// Whatever is put comes out, in order, on either side of the size of a piece.
TEST(Output, TakesPiecesOfAnySize) {
  std::string wanted, got;
  Output::Write write = [&](Bytes bytes) -> Result<> {
    got += as_text(bytes);
    return {};
  };
  Output out(write);
  constexpr std::size_t kMiB = 1 << 20;
  char letter = 'a';
  for (std::size_t size :
       {std::size_t{3}, kMiB - 4, kMiB, kMiB + 1, std::size_t{1}, 3 * kMiB, std::size_t{7}}) {
    std::string piece(size, letter++);
    wanted += piece;
    out.put(as_bytes(piece));
    EXPECT_EQ(out.position(), wanted.size());
  }
  EXPECT_TRUE(out.finish());
  EXPECT_TRUE(got == wanted);
}

// A failure is told once, at the end, and nothing is written after it.
TEST(Output, StopsAtAFailure) {
  int calls = 0;
  Output::Write write = [&](Bytes) -> Result<> {
    ++calls;
    return fail_with(ENOSPC, "full");
  };
  Output out(write);
  std::string piece(3 << 20, 'x');
  out.put(as_bytes(piece));
  EXPECT_TRUE(out.failed());
  out.put(as_bytes(piece));
  out.put(as_bytes("x"));
  auto result = out.finish();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ENOSPC);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace cfs::erofs
