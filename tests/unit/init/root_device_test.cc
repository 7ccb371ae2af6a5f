// SPDX-License-Identifier: LGPL-2.1-or-later

#include "init/root_device.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>

#include "base/text.h"
#include "sys/loop.h"

namespace cfs::init {
namespace {

namespace fs = std::filesystem;

// A loop device with an ext4 on it that has a name nobody else has.
class RootDeviceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(geteuid(), 0u) << "needs root, for a loop device";
    ASSERT_EQ(unshare(CLONE_NEWNS), 0);
    ASSERT_EQ(::mount("", "/", "", MS_REC | MS_PRIVATE, nullptr), 0);
    char name[] = "/var/tmp/cfsroot-init.XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    path_ = name;
    label_ = cat("cfs", getpid());
    std::string command = cat("truncate -s 4M ", path_.string(),
                              "/disk && mke2fs -q -t ext4 -b 4096 -O ^has_journal -L ", label_,
                              " -U ", uuid(), " ", path_.string(), "/disk");
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
    Fd file = open_file((path_ / "disk").string(), O_RDONLY).value();
    auto loop = sys::attach_loop(file.get(), "root device");
    ASSERT_TRUE(loop) << loop.error().text;
    loop_ = std::move(*loop);
  }
  void TearDown() override { fs::remove_all(path_); }

  static std::string uuid() { return cat("00112233-4455-6677-8899-", 100'000'000'000 + getpid()); }

  fs::path path_;
  std::string label_;
  sys::LoopDevice loop_;
};

TEST_F(RootDeviceTest, IsFoundByItsNames) {
  std::string upper = uuid();
  for (char& c : upper) c = static_cast<char>(toupper(c));
  for (const std::string& name :
       {cat("LABEL=", label_), cat("UUID=", uuid()), cat("UUID=", upper), loop_.path}) {
    auto found = find_root_device(name);
    ASSERT_TRUE(found && *found) << name;
    EXPECT_EQ((*found)->path, loop_.path);
    EXPECT_EQ((*found)->type, "ext4");
  }
}

TEST_F(RootDeviceTest, IsNothingElse) {
  for (std::string name :
       {cat("LABEL=", label_, "x"), cat("PARTUUID=", uuid()), cat("PARTLABEL=", label_),
        std::string("/dev/no-such-device"), std::string("/dev/null"), cat("UUID=", label_)}) {
    auto found = find_root_device(name);
    ASSERT_TRUE(found) << name;
    EXPECT_FALSE(*found) << name;
  }
}

TEST_F(RootDeviceTest, IsMountedAsTheOptionsSay) {
  fs::path where = path_ / "where";
  fs::create_directories(where);
  RootOptions root;
  root.device = cat("LABEL=", label_);
  auto mounted = mount_root(root, where.string());
  ASSERT_TRUE(mounted) << mounted.error().text;
  EXPECT_TRUE(fs::exists(where / "lost+found"));
  ASSERT_EQ(umount2(where.c_str(), MNT_DETACH), 0);

  root.types = {"vfat", "no-such-type"};
  mounted = mount_root(root, where.string());
  ASSERT_FALSE(mounted);
  EXPECT_NE(mounted.error().text.find(cat("mount ", loop_.path, " as ")), std::string::npos)
      << mounted.error().text;
  root.types = {"no-such-type", "ext4"};
  EXPECT_TRUE(mount_root(root, where.string()));
  ASSERT_EQ(umount2(where.c_str(), MNT_DETACH), 0);

  root.types = {"ext4"};
  root.flags = "no_such_flag";
  mounted = mount_root(root, where.string());
  ASSERT_FALSE(mounted);
  EXPECT_NE(mounted.error().text.find("rootflags=no_such_flag"), std::string::npos)
      << mounted.error().text;
}

TEST(MountRoot, GivesUpAfterItsTime) {
  RootOptions root;
  root.device = "LABEL=no such label anywhere";
  root.wait = 0;
  auto mounted = mount_root(root, "/no/such/directory");
  ASSERT_FALSE(mounted);
  EXPECT_EQ(mounted.error().text,
            "no device for `root=LABEL=no\\x20such\\x20label\\x20anywhere` after 0 seconds; is its"
            " driver in the initramfs?");
}

}  // namespace
}  // namespace cfs::init
