// SPDX-License-Identifier: LGPL-2.1-or-later

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "sys/caps.h"
#include "sys/loop.h"
#include "sys/mount_info.h"
#include "sys/mounts.h"
#include "sys/resolve.h"

namespace cfs::sys {
namespace {

namespace fs = std::filesystem;

class Sys : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(geteuid(), 0u) << "mount tests need root";
    ASSERT_EQ(unshare(CLONE_NEWNS), 0);
    ASSERT_TRUE(make_all_private());
    char name[] = "/tmp/cfsroot-sys.XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    path_ = name;
    fs::create_directories(path_ / "a/b");
    std::ofstream(path_ / "a/b/file") << "content";
    dir_ = open_file(path_.string(), O_PATH | O_DIRECTORY).value();
  }
  void TearDown() override { fs::remove_all(path_); }

  int code(const char* path) {
    auto fd = open_beneath(dir_.get(), path, O_RDONLY);
    return fd ? 0 : fd.error().code;
  }

  fs::path path_;
  Fd dir_;
};

TEST_F(Sys, OpensBeneath) {
  EXPECT_EQ(code("a/b/file"), 0);
  EXPECT_EQ(code("a/../a/b/file"), 0);
  EXPECT_EQ(code("none"), ENOENT);
  EXPECT_EQ(code("../x"), EXDEV);
  EXPECT_EQ(code("/etc/passwd"), EXDEV);
}

TEST_F(Sys, FollowsNoLinkBeneath) {
  fs::create_symlink("b/file", path_ / "a/link");
  fs::create_directory_symlink("a", path_ / "dir");
  EXPECT_EQ(code("a/link"), ELOOP);
  EXPECT_EQ(code("dir/b/file"), ELOOP);
  fs::create_symlink("/proc/self/fd/0", path_ / "magic");
  EXPECT_EQ(code("magic"), ELOOP);
}

TEST_F(Sys, CrossesNoMountBeneath) {
  Fd at = open_file((path_ / "a/b").string(), O_PATH).value();
  Fd tmpfs = FsContext::open("tmpfs").value().mount(0).value();
  ASSERT_TRUE(attach(tmpfs.get(), at.get()));
  EXPECT_EQ(code("a/b"), EXDEV);
  EXPECT_EQ(mount_info(tmpfs.get()).value().type, "tmpfs");
  ASSERT_TRUE(detach(tmpfs.get()));
  EXPECT_EQ(code("a/b/file"), 0);
  EXPECT_EQ(mount_info(tmpfs.get()).error().code, ENOENT);
}

TEST_F(Sys, StaysInARoot) {
  fs::create_symlink("/a/b/file", path_ / "absolute");
  fs::create_symlink("../../../../a/b/file", path_ / "a/climbing");
  for (const char* path : {"absolute", "a/climbing", "/a/b/file", "../a/b/file"})
    EXPECT_TRUE(open_in_root(dir_.get(), path, O_RDONLY)) << path;
  fs::create_symlink("/etc/passwd", path_ / "outside");
  EXPECT_EQ(open_in_root(dir_.get(), "outside", O_RDONLY).error().code, ENOENT);
}

TEST_F(Sys, ReadsLinksAsText) {
  fs::create_symlink("anything at all", path_ / "a/link");
  fs::create_directory_symlink("a", path_ / "dir");
  EXPECT_EQ(read_link_beneath(dir_.get(), "a/link").value(), "anything at all");
  EXPECT_EQ(read_link_beneath(dir_.get(), "dir").value(), "a");
  EXPECT_EQ(read_link_beneath(dir_.get(), "a/b/file").error().code, EINVAL);
  EXPECT_EQ(read_link_beneath(dir_.get(), "a/none").error().code, ENOENT);
  EXPECT_EQ(read_link_beneath(dir_.get(), "dir/link").error().code, ELOOP);
}

TEST_F(Sys, LoopDevicesAreReadOnlyAndGoAway) {
  std::ofstream(path_ / "disk") << std::string(8192, 'x');
  Fd file = open_file((path_ / "disk").string(), O_RDONLY).value();
  std::string device;
  {
    auto loop = attach_loop(file.get(), "a name");
    ASSERT_TRUE(loop) << loop.error().text;
    device = fs::path(loop->path).filename();
    EXPECT_EQ(read_to_end(loop->fd.get()).value(), std::string(8192, 'x'));
    EXPECT_EQ(read_file("/sys/block/" + device + "/ro").value(), "1\n");
    EXPECT_EQ(read_file("/sys/block/" + device + "/loop/dio").value(), "0\n");
    EXPECT_EQ(read_file("/sys/block/" + device + "/loop/autoclear").value(), "1\n");
  }
  auto in_use = [&] { return fs::exists("/sys/block/" + device + "/loop/backing_file"); };
  for (int tries = 0; tries < 100 && in_use(); ++tries) usleep(20'000);
  EXPECT_FALSE(in_use());
}

// Several helpers at once find the same free device; one gets it, the others try the next.
// T42
TEST_F(Sys, LoopDevicesAreSharedOutInARace) {
  std::ofstream(path_ / "disk") << std::string(4096, 'x');
  int start[2], done[2];
  ASSERT_EQ(pipe(start), 0);
  ASSERT_EQ(pipe(done), 0);
  constexpr int kHelpers = 8;
  for (int i = 0; i < kHelpers; ++i) {
    if (fork() > 0) continue;
    close(start[1]);
    char c;
    (void)!read(start[0], &c, 1);  // until the parent closes its end
    Fd file = open_file((path_ / "disk").string(), O_RDONLY).value();
    auto loop = attach_loop(file.get(), "race");
    c = loop ? 'y' : 'n';
    (void)!write(done[1], &c, 1);
    usleep(200'000);  // keep it: all of them have one at the same time
    _exit(0);
  }
  close(start[0]);
  close(start[1]);
  close(done[1]);
  std::string answers = read_to_end(done[0]).value();
  while (wait(nullptr) > 0) continue;
  EXPECT_EQ(answers, std::string(kHelpers, 'y'));
}

TEST_F(Sys, FsContextsSayWhatTheKernelSays) {
  EXPECT_EQ(FsContext::open("no-such-type").error().code, ENODEV);
  auto context = FsContext::open("tmpfs").value();
  auto set = context.set("no_such_option", "x");
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().code, EINVAL);
  EXPECT_NE(set.error().text.find("no_such_option"), std::string::npos) << set.error().text;
}

TEST_F(Sys, DetachedMountsVanish) {
  std::string before = read_file("/proc/self/mountinfo").value();
  { Fd clone = clone_mount(dir_.get(), true).value(); }
  { Fd tmpfs = FsContext::open("tmpfs").value().mount(MOUNT_ATTR_RDONLY).value(); }
  EXPECT_EQ(read_file("/proc/self/mountinfo").value(), before);
}

// A probe is right if the kernel then does what it promised: here the two that cannot be looked up.
TEST_F(Sys, ProbesAgreeWithTheKernel) {
  KernelCaps caps = probe_kernel().value();
  ASSERT_TRUE(caps.erofs && caps.overlay);
  EXPECT_EQ(caps.overlay_verity,
            fs::exists("/sys/module/overlay") &&
                FsContext::open("overlay").value().set("verity", "off").has_value());

  auto overlay = FsContext::open("overlay").value();
  Fd a = open_file((path_ / "a/b").string(), O_PATH).value();
  fs::create_directory(path_ / "c");
  Fd c = open_file((path_ / "c").string(), O_PATH).value();
  Fd lower = clone_mount(a.get()).value(), data = clone_mount(c.get()).value();
  bool works = overlay.set("metacopy", "on") && overlay.set("redirect_dir", "on") &&
               overlay.set("lowerdir+", lower.get()) && overlay.set("datadir+", data.get());
  works = works && overlay.mount(MOUNT_ATTR_RDONLY).has_value();
  EXPECT_EQ(caps.detached_trees, works);
}

TEST(KernelCaps, NamesTheVersion) {
  for (auto [release, version] :
       {std::pair{"6.12.107+deb13-cloud-amd64", "6.12"}, std::pair{"6.1.0-30-amd64", "6.1"},
        std::pair{"7.0-rc1", "7.0"}, std::pair{"7", "7"}}) {
    KernelCaps caps;
    caps.release = release;
    EXPECT_EQ(caps.version(), version);
  }
}

}  // namespace
}  // namespace cfs::sys
