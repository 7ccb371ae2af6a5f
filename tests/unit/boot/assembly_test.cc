// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/assembly.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sys/mount_info.h"
#include "tests/unit/boot/rig.h"

namespace cfs::boot::test {
namespace {

std::string mounts() { return get("/proc/self/mountinfo"); }

// Kernel generations that this kernel can play: every ability that it has may be done without.
struct Generation {
  const char* name;
  bool file_backed, detached;
};

class Assemble : public Rig, public ::testing::WithParamInterface<Generation> {
 protected:
  sys::KernelCaps generation() const {
    sys::KernelCaps caps = Rig::caps();
    caps.file_backed_erofs = caps.file_backed_erofs && GetParam().file_backed;
    caps.detached_trees = caps.detached_trees && GetParam().detached;
    return caps;
  }
};

INSTANTIATE_TEST_SUITE_P(Kernels, Assemble,
                         ::testing::Values(Generation{"loop", false, false},
                                           Generation{"file", true, false},
                                           Generation{"detached", true, true}),
                         [](const auto& kernel) { return std::string(kernel.param.name); });

TEST_P(Assemble, GivesAReadOnlyRootThatNamesItsDigest) {
  set_up();
  auto done = assemble(config(), generation());
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_EQ(get(sysroot_ / "usr/lib/os-release"), "ID=rig\n");
  EXPECT_LT(open((sysroot_ / "usr/new").c_str(), O_CREAT | O_WRONLY, 0644), 0);
  EXPECT_EQ(errno, EROFS);
  Fd root = open_file(sysroot_.string(), O_PATH).value();
  auto info = sys::mount_info(root.get());
  ASSERT_TRUE(info);
  EXPECT_EQ(info->type, "overlay");
  EXPECT_EQ(info->source, "composefs:" + digest_.hex());
  EXPECT_EQ(get(sysroot_ / "etc/hostname"), "image\n");
}

TEST_P(Assemble, ShowsTheOldRootReadOnly) {
  set_up();
  ASSERT_TRUE(assemble(config(), generation()));
  fs::path old = sysroot_ / "sysroot";
  EXPECT_TRUE(fs::exists(old / "composefs/objects"));
  EXPECT_LT(mkdir((old / "new").c_str(), 0755), 0);
  EXPECT_EQ(errno, EROFS);
}

// T55 T56
TEST_P(Assemble, AddsNoMountButTheRootAndWhatIsInIt) {
  set_up();
  std::string before = mounts();
  ASSERT_TRUE(assemble(config(), generation()));
  std::string after = mounts();
  EXPECT_EQ(
      std::count(after.begin(), after.end(), '\n') - std::count(before.begin(), before.end(), '\n'),
      1)
      << "one instead of the old root, which is now in it";
  EXPECT_EQ(after.find(" - erofs "), std::string::npos) << after;
}

TEST_P(Assemble, LeavesNothingWhenTheProbeFails) {
  set_up();
  std::string before = mounts();
  BootConfig missing = config();
  missing.init = "/no/such/init";
  auto done = assemble(missing, generation());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().reason, Reason::kProbeFailed) << done.error().text;
  EXPECT_EQ(mounts(), before);
}

// What cannot be started is no init.
TEST_P(Assemble, TheInitIsAProgram) {
  set_up();
  for (const char* init : {"/usr/lib/os-release", "/usr"}) {
    BootConfig config = Rig::config();
    config.init = init;
    auto done = assemble(config, generation());
    ASSERT_FALSE(done) << init;
    EXPECT_EQ(done.error().reason, Reason::kProbeFailed) << done.error().text;
    EXPECT_NE(done.error().text.find(init), std::string::npos) << done.error().text;
  }
}

class Recorded : public Rig {
 protected:
  // With a /run of its own.
  void SetUp() override {
    set_up();
    ASSERT_EQ(::mount("tmpfs", "/run", "tmpfs", 0, nullptr), 0);
  }
  void TearDown() override {
    Rig::TearDown();
    umount2("/run", MNT_DETACH);
  }
  Outcome<> assemble_recorded() {
    BootConfig config = Rig::config();
    config.record = true;
    return assemble(config, caps());
  }
};

TEST_F(Recorded, SaysWhatWasMounted) {
  auto done = assemble_recorded();
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_NE(get("/run/composefs/booted.json").find(digest_.hex()), std::string::npos);
  EXPECT_NE(get("/run/mount/utab").find("TARGET=/sysroot "), std::string::npos);
}

TEST_F(Recorded, ARefusalLeavesNothing) {
  fs::create_directories("/run/composefs/booted.json");
  auto done = assemble_recorded();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().text, "/run/composefs/booted.json: Is a directory");
  EXPECT_TRUE(fs::exists(sysroot_ / "composefs/objects")) << "the old root is back";
  EXPECT_FALSE(fs::exists("/run/mount"));
  EXPECT_FALSE(fs::exists("/run/systemd"));
}

TEST_F(Recorded, WhatOnlySystemdWantsIsNoReason) {
  fs::create_directories("/run/mount/utab");
  testing::internal::CaptureStderr();
  auto done = assemble_recorded();
  std::string said = testing::internal::GetCapturedStderr();
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_NE(said.find("WARNING: read `/run/mount/utab`: Is a directory"), said.npos) << said;
}

TEST_P(Assemble, PutsStateOverEtcAndVar) {
  set_up();
  fs::path state = sysroot_ / "state/deploy" / digest_.hex();
  for (const char* dir : {"etc/upper", "etc/work", "var/lib"}) fs::create_directories(state / dir);
  auto done = assemble(config(), generation());
  ASSERT_TRUE(done) << done.error().text;
  put(sysroot_ / "etc/hostname", "mine\n");
  put(sysroot_ / "var/lib/file", "data\n");
  EXPECT_EQ(get(sysroot_ / "etc/hostname"), "mine\n");
  EXPECT_EQ(get(sysroot_ / "sysroot/state/deploy" / digest_.hex() / "etc/upper/hostname"),
            "mine\n");
  EXPECT_TRUE(fs::exists(sysroot_ / "sysroot/state/deploy" / digest_.hex() / "var/lib/file"));
  for (const char* dir : {"etc", "var"}) {
    struct statvfs fs;
    ASSERT_EQ(statvfs((sysroot_ / dir).c_str(), &fs), 0);
    EXPECT_EQ(fs.f_flag & (ST_NOSUID | ST_NODEV), ST_NOSUID | ST_NODEV) << dir;
  }
}

TEST_P(Assemble, TransientEtcIsWritableAndForgets) {
  set_up();
  BootConfig transient = config();
  transient.config.etc = {StateMode::kTransient, true};
  std::string before = mounts();
  auto done = assemble(transient, generation());
  ASSERT_TRUE(done) << done.error().text;
  put(sysroot_ / "etc/hostname", "mine\n");
  EXPECT_EQ(get(sysroot_ / "etc/hostname"), "mine\n");
  EXPECT_FALSE(fs::exists(sysroot_ / "sysroot/state"));
  std::string after = mounts();
  EXPECT_EQ(
      std::count(after.begin(), after.end(), '\n') - std::count(before.begin(), before.end(), '\n'),
      2)
      << after;
}

// T52
TEST_P(Assemble, TransientRootIsWritableAndForgets) {
  set_up();
  fs::path state = sysroot_ / "state/deploy" / digest_.hex();
  for (const char* dir : {"etc/upper", "etc/work", "var/lib"}) fs::create_directories(state / dir);
  BootConfig transient = config();
  transient.config.root_transient = true;
  transient.config.root_size = "4M";
  auto done = assemble(transient, generation());
  ASSERT_TRUE(done) << done.error().text;
  put(sysroot_ / "usr/lib/os-release", "ID=other\n");
  EXPECT_EQ(get(sysroot_ / "usr/lib/os-release"), "ID=other\n");
  put(sysroot_ / "new", "");

  // As the image has it; rig.h gives / a mode and a label that are nobody's default.
  struct stat st;
  ASSERT_EQ(stat(sysroot_.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 07777, 0751u);
  EXPECT_EQ(st.st_gid, 7u);
  char label[64] = {};
  EXPECT_EQ(getxattr(sysroot_.c_str(), "security.selinux", label, sizeof label), 12)
      << strerror(errno);
  EXPECT_STREQ(label, "u:o:root_t:0");

  // Mounts below are on top, not underneath.
  put(sysroot_ / "etc/hostname", "mine\n");
  EXPECT_EQ(get(sysroot_ / "sysroot" / fs::relative(state, sysroot_) / "etc/upper/hostname"),
            "mine\n");
  EXPECT_TRUE(fs::exists(sysroot_ / "sysroot/composefs/objects"));
  struct statvfs fs;
  ASSERT_EQ(statvfs(sysroot_.c_str(), &fs), 0);
  EXPECT_EQ(fs.f_blocks * fs.f_frsize, 4u << 20);
}

TEST_P(Assemble, TakesTheOldRootAwayOnlyWhenTheNewOneIsReady) {
  set_up();
  BootConfig elsewhere = config();
  elsewhere.target = "/no/such/directory";
  std::string before = mounts();
  ASSERT_FALSE(assemble(elsewhere, generation()));
  EXPECT_EQ(mounts(), before);
  ASSERT_TRUE(assemble(config(), generation()));
  ASSERT_EQ(umount2(sysroot_.c_str(), MNT_DETACH), 0);
  EXPECT_FALSE(fs::exists(sysroot_ / "usr")) << "nothing is stacked below";
}

// T57
TEST_P(Assemble, RefusesASecondRun) {
  set_up();
  ASSERT_TRUE(assemble(config(), generation()));
  std::string before = mounts();
  auto again = assemble(config(), generation());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().reason, Reason::kAlreadyAssembled) << again.error().text;
  EXPECT_EQ(mounts(), before);
}

// What mkcomposefs --digest-store writes, and the image beside the objects.
TEST_F(Rig, TakesAPlainObjectDirectory) {
  set_up();
  BootConfig plain = config();
  plain.config.store = {"srv/store", true};
  fs::create_directories(sysroot_ / "srv");
  fs::rename(sysroot_ / "composefs/objects", sysroot_ / "srv/store");
  fs::remove_all(sysroot_ / "composefs");
  auto done = assemble(config(), caps());
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().text.find("/sysroot/composefs: No such file"), std::string::npos)
      << done.error().text;
  fs::rename(sysroot_ / "srv/store" / digest_.object_path(),
             sysroot_ / "srv/store" / digest_.hex());
  done = assemble(plain, caps());
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_EQ(get(sysroot_ / "usr/lib/os-release"), "ID=rig\n");
}

// T42
TEST_F(Rig, TakesALoopDeviceWhereTheFileSystemCannotBackAMount) {
  set_up(true);
  auto done = assemble(config(), caps());
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_EQ(get(sysroot_ / "usr/lib/os-release"), "ID=rig\n");
}

// T42
TEST_F(Rig, SaysThatLoopDevicesAreMissing) {
  set_up(true);
  ASSERT_EQ(::mount("tmpfs", "/dev", "tmpfs", 0, nullptr), 0);
  std::string before = mounts();
  auto done = assemble(config(), caps());
  EXPECT_EQ(mounts(), before);
  ASSERT_EQ(umount("/dev"), 0);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().reason, Reason::kModuleMissing) << done.error().text;
  EXPECT_NE(done.error().text.find("loop"), std::string::npos) << done.error().text;
}

// T42
TEST_F(Rig, FreesItsLoopDevice) {
  set_up(true);
  auto backed = [&] {
    int count = 0;
    for (const auto& entry : fs::directory_iterator("/sys/block"))
      count +=
          get(entry.path() / "loop/backing_file").find(digest_.object_path()) != std::string::npos;
    return count;
  };
  ASSERT_TRUE(assemble(config(), caps()));
  EXPECT_EQ(backed(), 1);
  ASSERT_EQ(umount2(sysroot_.c_str(), MNT_DETACH), 0);
  for (int tries = 0; tries < 100 && backed(); ++tries) usleep(20'000);
  EXPECT_EQ(backed(), 0);
}

}  // namespace
}  // namespace cfs::boot::test
