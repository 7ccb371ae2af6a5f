// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/kernel_log.h"

#include <gtest/gtest.h>

namespace cfs::boot {
namespace {

TEST(KernelLog, TakesComplaintsOfTheFileSystemsConcerned) {
  EXPECT_EQ(complaint_in("3,812,1634012,-;fs-verity (vda, inode 12): FILE CORRUPTED! pos=0\n"),
            "fs-verity (vda, inode 12): FILE CORRUPTED! pos=0");
  EXPECT_EQ(complaint_in("4,1,2,-;overlayfs: upperdir is in-use as upperdir\n SUBSYSTEM=x\n"),
            "overlayfs: upperdir is in-use as upperdir");
  EXPECT_EQ(complaint_in("3,1,2,-,caller=T1;erofs (device loop0): bogus"),
            "erofs (device loop0): bogus");
}

TEST(KernelLog, LeavesTheRestOut) {
  for (std::string_view record :
       {"6,1,2,-;fs-verity: sha256 using implementation \"sha256-ni\"",  // a report
        "6,1,2,-;erofs: (device loop0): mounted with root inode @ nid 36.",
        "3,1,2,-;EXT4-fs error (device vda)",              // another file system
        "11,1,2,-;overlayfs: upperdir is in-use as that",  // a process that says so
        "3,1,2,-", "", ";", "x;overlayfs: y"})
    EXPECT_EQ(complaint_in(record), "") << record;
}

}  // namespace
}  // namespace cfs::boot
