// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/record.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <filesystem>

#include "base/fd.h"
#include "base/text.h"

namespace cfs::boot {
namespace {

namespace fs = std::filesystem;

class Record : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/cfsroot-run.XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    run_ = name;
  }
  void TearDown() override { fs::remove_all(run_); }
  std::string run_;
};

TEST_F(Record, SaysWhatWasBooted) {
  Booted booted;
  booted.digest = Digest::parse(std::string(64, 'a')).value();
  booted.sysroot = "/sys\"root\n";
  booted.kernel = "6.12";
  booted.etc = StateMode::kOverlay;
  ASSERT_TRUE(write_booted(run_, booted));
  ASSERT_TRUE(write_booted(run_, booted)) << "a second time";
  EXPECT_EQ(read_file(run_ + "/composefs/booted.json").value(),
            cat("{\n  \"version\": 1,\n  \"digest\": \"", booted.digest.hex(),
                "\",\n  \"signed\": null,\n  \"algorithm\": \"fsverity-sha256-12\",\n  \"verity\": "
                "\"require\",\n"
                "  \"image\": \"store\",\n"
                "  \"source\": \"composefs:",
                booted.digest.hex(),
                "\",\n  \"sysroot\": \"/sys\\\"root\\u000a\",\n  \"kernel\": \"6.12\",\n"
                "  \"erofs\": \"file\",\n  \"root\": \"read-only\",\n  \"etc\": \"overlay\",\n  "
                "\"var\": \"none\"\n}\n"));
}

TEST_F(Record, SaysWhatIsNotVerified) {
  Booted booted;
  booted.proof = Proof::kCopy;
  booted.verified = false;
  EXPECT_NE(booted.json().find("\"verity\": \"off\",\n  \"image\": \"memory\""), std::string::npos)
      << booted.json();
  booted.signed_name = "stable";
  EXPECT_NE(booted.json().find("\"signed\": \"stable\""), std::string::npos);
  booted.proof = Proof::kInitramfs;
  EXPECT_NE(booted.json().find("\"image\": \"initramfs\""), std::string::npos);
}

TEST_F(Record, LinksTheDeviceBelow) {
  Fd root = open_file("/", O_PATH | O_DIRECTORY).value();
  struct stat st;
  ASSERT_EQ(fstat(root.get(), &st), 0);
  ASSERT_TRUE(link_volatile_root(run_, device_below(root.get())));
  if (major(st.st_dev) == 0) return;
  fs::path link = run_ + "/systemd/volatile-root";
  EXPECT_EQ(fs::read_symlink(link), cat("/dev/block/", major(st.st_dev), ":", minor(st.st_dev)));
  fs::remove(link);
  fs::create_symlink("/dev/other", link);
  ASSERT_TRUE(link_volatile_root(run_, device_below(root.get())));
  EXPECT_EQ(fs::read_symlink(link), "/dev/other") << "an existing link stays";
}

TEST_F(Record, KeepsSysrootMounted) {
  fs::create_directories(run_ + "/mount");
  std::string other = "SRC=/dev/x TARGET=/x ROOT=/ OPTS=uhelper=y\n";
  ASSERT_TRUE(write_all(open_file(run_ + "/mount/utab", O_CREAT | O_WRONLY, 0644).value().get(),
                        as_bytes(other)));
  sys::MountInfo old{"/sub\\040volume", "btrfs", "/dev/vda"};
  ASSERT_TRUE(keep_sysroot(run_, old));
  ASSERT_TRUE(keep_sysroot(run_, old)) << "a second time";
  EXPECT_EQ(read_file(run_ + "/mount/utab").value(),
            other + "SRC=/dev/vda TARGET=/sysroot ROOT=/sub\\040volume OPTS=x-initrd.mount\n");
  fs::remove_all(run_ + "/mount");
  ASSERT_TRUE(keep_sysroot(run_, old)) << "without the table";
  EXPECT_TRUE(fs::exists(run_ + "/mount/utab"));
}

TEST_F(Record, LinksNothingWithoutADevice) {
  Fd proc = open_file("/proc", O_PATH | O_DIRECTORY).value();
  ASSERT_TRUE(link_volatile_root(run_, device_below(proc.get())));
  EXPECT_FALSE(fs::exists(fs::symlink_status(run_ + "/systemd/volatile-root")));
}

}  // namespace
}  // namespace cfs::boot
