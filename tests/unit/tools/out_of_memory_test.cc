// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tools/out_of_memory.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "base/parallel.h"

namespace cfs::tools {
namespace {

// In a thread of its own, where GoogleTest catches nothing.
void run(const std::function<void()>& work) {
  end_when_out_of_memory();
  Crew(1, work).join();
}

TEST(OutOfMemory, IsSaidWhateverWasAskedFor) {
  EXPECT_EXIT(run([] { std::string().reserve(std::string().max_size() + 1); }),
              testing::ExitedWithCode(1), "^unit_tools: Out of memory\n$");
  EXPECT_EXIT(run([] { throw std::bad_alloc(); }), testing::ExitedWithCode(1),
              "^unit_tools: Out of memory\n$");
}

TEST(OutOfMemory, IsNotSaidOfOtherExceptions) {
  EXPECT_EXIT(run([] { throw std::runtime_error("x"); }), testing::KilledBySignal(SIGABRT), "^$");
}

}  // namespace
}  // namespace cfs::tools
