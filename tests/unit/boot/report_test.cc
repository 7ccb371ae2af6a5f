// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/report.h"

#include <gtest/gtest.h>

#include "base/fd.h"
#include "base/text.h"

namespace cfs::boot {
namespace {

TEST(RefusalLine, NamesReasonImageAndManual) {
  EXPECT_EQ(refusal_line({Reason::kDigestDiffers, "digest differs"}, std::string(64, 'a')),
            "composefs: REFUSED: digest differs; image aaaaaaaaaaaa…; see composefs-setup-root(8)");
  EXPECT_EQ(refusal_line({Reason::kNoDigest, "composefs= has no digest"}, ""),
            "composefs: REFUSED: composefs= has no digest; see composefs-setup-root(8)");
}

// Every reason has its section in the manual, with its exit status.
TEST(Manual, ExplainsEveryReason) {
  std::string manual =
      read_file(CFS_SOURCE_DIR "/docs/man/composefs-setup-root.8.md").value_or("no manual");
#define CFS_REASON(identifier, id, status) \
  EXPECT_NE(manual.find("\n**" id "** (" #status ")\n"), std::string::npos) << id;
#include "boot/reasons.def"
#undef CFS_REASON
}

}  // namespace
}  // namespace cfs::boot
