// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/state.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>

#include "tests/unit/boot/rig.h"

namespace cfs::boot::test {
namespace {

class State : public Rig {
 protected:
  void SetUp() override {
    set_up();
    state_ = sysroot_ / "state/deploy" / digest_.hex();
  }

  Outcome<> assemble_with(StateMount etc, StateMount var) {
    BootConfig boot = config();
    boot.config.etc = etc;
    boot.config.var = var;
    return assemble(boot, caps());
  }

  void expect_refused(const Outcome<>& done, Reason reason, std::string_view part) {
    ASSERT_FALSE(done);
    EXPECT_EQ(id(done.error().reason), id(reason)) << done.error().text;
    EXPECT_NE(done.error().text.find(part), std::string::npos) << done.error().text;
  }

  void put_state(const char* directory) {
    fs::create_directories(state_ / directory / "upper");
    fs::create_directories(state_ / directory / "work");
  }

  static constexpr StateMount kNone{StateMode::kNone, true};
  static constexpr StateMount kDefaultOverlay{StateMode::kOverlay};
  static constexpr StateMount kOverlay{StateMode::kOverlay, true};
  static constexpr StateMount kDefaultBind{StateMode::kBind};
  static constexpr StateMount kBind{StateMode::kBind, true};

  fs::path state_;
};

TEST_F(State, ADefaultMakesNothing) {
  ASSERT_TRUE(assemble_with(kDefaultOverlay, kDefaultBind));
  EXPECT_FALSE(fs::exists(sysroot_ / "sysroot/state"));
}

// After an update without its state /var would be empty, and nobody would know why.
TEST_F(State, ADefaultWarnsWhenOnlyOtherImagesHaveState) {
  auto said = [&] {
    testing::internal::CaptureStderr();
    auto done = assemble_with(kDefaultOverlay, kDefaultBind);
    EXPECT_TRUE(done) << done.error().text;
    start_again();
    return testing::internal::GetCapturedStderr();
  };
  EXPECT_EQ(said().find("WARNING: /"), std::string::npos);
  fs::create_directories(state_ / "etc");  // its own, of no use
  EXPECT_EQ(said().find("WARNING: /"), std::string::npos);
  fs::remove_all(state_);
  fs::path other = sysroot_ / "state/deploy" / std::string(64, 'b');
  fs::create_directories(other);
  EXPECT_EQ(said().find("WARNING: /"), std::string::npos);
  fs::create_symlink("../../os/default/var", other / "var");
  std::string text = said();
  EXPECT_NE(text.find("WARNING: /var: "), text.npos) << text;
  EXPECT_EQ(text.find("WARNING: /etc: "), text.npos) << text;
  fs::create_directories(other / "etc");
  EXPECT_NE(said().find("WARNING: /etc: "), std::string::npos);
  fs::remove_all(sysroot_ / "state/deploy");
  fs::create_directories(sysroot_ / "state/os/default/var");
  EXPECT_NE(said().find("WARNING: /var: "), std::string::npos);
}

TEST_F(State, AConfiguredDirectoryIsMade) {
  auto done = assemble_with(kOverlay, kBind);
  ASSERT_TRUE(done) << done.error().text;
  fs::path made = sysroot_ / "sysroot/state/deploy" / digest_.hex();
  for (const char* dir : {"etc/upper", "etc/work", "var"}) {
    struct stat st;
    ASSERT_EQ(stat((made / dir).c_str(), &st), 0) << dir;
    EXPECT_EQ(st.st_mode & 07777, 0755u) << dir;
  }
  put(sysroot_ / "var/file", "kept");
  EXPECT_EQ(get(made / "var/file"), "kept");
}

std::string label_of(const fs::path& path) {
  char label[64];
  ssize_t size = getxattr(path.c_str(), "security.selinux", label, sizeof label);
  return size < 0 ? strerror(errno) : std::string(label, static_cast<std::size_t>(size));
}

TEST_F(State, WhatIsMadeHasTheLabelsOfTheImage) {
  auto done = assemble_with(kOverlay, kBind);
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_EQ(label_of(sysroot_ / "etc"), "u:o:etc_t:0");
  EXPECT_EQ(label_of(sysroot_ / "var"), "u:o:var_t:0");
}

// As a disk has it that was made where there are no labels.
TEST_F(State, AnUpperDirectoryWithoutALabelGetsTheImages) {
  put_state("etc");
  auto done = assemble_with(kDefaultOverlay, kNone);
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_EQ(label_of(sysroot_ / "etc"), "u:o:etc_t:0");
  start_again();
  fs::path upper = state_ / "etc/upper";
  EXPECT_EQ(label_of(upper), "u:o:etc_t:0");
  ASSERT_EQ(setxattr(upper.c_str(), "security.selinux", "mine", 4, 0), 0);
  done = assemble_with(kDefaultOverlay, kNone);
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_EQ(label_of(sysroot_ / "etc"), "mine");
}

TEST_F(State, ABoundDirectoryWithoutALabelGetsTheImages) {
  fs::create_directories(state_ / "var");
  auto done = assemble_with(kNone, kBind);
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_EQ(label_of(sysroot_ / "var"), "u:o:var_t:0");
  start_again();
  ASSERT_EQ(setxattr((state_ / "var").c_str(), "security.selinux", "mine", 4, 0), 0);
  done = assemble_with(kNone, kBind);
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_EQ(label_of(sysroot_ / "var"), "mine");
}

TEST_F(State, NoneLeavesWhatIsThere) {
  fs::create_directories(state_ / "var");
  ASSERT_TRUE(assemble_with(kNone, kNone));
  EXPECT_NE(mkdir((sysroot_ / "var/x").c_str(), 0755), 0);
}

TEST_F(State, AConfiguredDirectoryNeedsAMountPoint) {
  BootConfig boot = config();
  MountPlan plan = make_plan(boot, caps()).value();
  for (Step& step : plan.steps)
    if (auto* mount = std::get_if<MountState>(&step)) *mount = {"srv", kBind, mount->layers, false};
  expect_refused(Assembly(caps(), measure_right, false).run(plan), Reason::kMountPointMissing,
                 "/srv");
}

TEST_F(State, VarMayBeShared) {
  fs::create_directories(state_);
  fs::create_directories(sysroot_ / "state/os/default/var");
  fs::create_symlink("../../os/default/var", state_ / "var");
  auto done = assemble_with(kNone, kDefaultBind);
  ASSERT_TRUE(done) << done.error().text;
  put(sysroot_ / "var/file", "kept");
  EXPECT_EQ(get(sysroot_ / "sysroot/state/os/default/var/file"), "kept");
}

TEST_F(State, OtherLinksAreRefused) {
  fs::create_directories(state_);
  fs::create_directories(sysroot_ / "state/os/x/var");
  for (const char* target : {"/etc", "../../os/../var", "../../os/x", "../../os/x/y/var",
                             "../../os/./var", "../../os//var", "../../os/x/var/"}) {
    fs::remove(state_ / "var");
    fs::create_symlink(target, state_ / "var");
    expect_refused(assemble_with(kNone, kDefaultBind), Reason::kStateUnusable,
                   "only ../../os/NAME/var");
  }
}

TEST_F(State, ALinkBehindTheLinkIsRefused) {
  fs::create_directories(state_);
  fs::create_directories(sysroot_ / "state/os/x");
  fs::create_symlink("../../os/x/var", state_ / "var");
  fs::create_symlink("/etc", sysroot_ / "state/os/x/var");
  expect_refused(assemble_with(kNone, kDefaultBind), Reason::kStateUnusable, "state/os/x/var");
}

TEST_F(State, UpperAndWorkAreRealDirectories) {
  for (const char* name : {"upper", "work"}) {
    fs::remove_all(state_ / "etc");
    fs::create_directories(state_ / "etc/upper");
    fs::create_directories(state_ / "etc/work");
    fs::rename(state_ / "etc" / name, state_ / "etc/elsewhere");
    fs::create_directory_symlink("elsewhere", state_ / "etc" / name);
    expect_refused(assemble_with(kDefaultOverlay, kNone), Reason::kStateUnusable, name);
  }
}

TEST_F(State, UpperHasModeAndOwner) {
  fs::create_directories(state_ / "etc/upper");
  fs::create_directories(state_ / "etc/work");
  ASSERT_EQ(chmod((state_ / "etc/upper").c_str(), 0700), 0);
  expect_refused(assemble_with(kDefaultOverlay, kNone), Reason::kStateUnusable, "chmod 0755");
  ASSERT_EQ(chmod((state_ / "etc/upper").c_str(), 0755), 0);
  ASSERT_EQ(chown((state_ / "etc/upper").c_str(), 1000, 0), 0);
  expect_refused(assemble_with(kDefaultOverlay, kNone), Reason::kStateUnusable,
                 "does not belong to root");
}

TEST_F(State, AFileInItsPlaceIsRefused) {
  put(state_ / "etc", "");
  expect_refused(assemble_with(kDefaultOverlay, kNone), Reason::kStateUnusable, "no directory");
}

TEST_F(State, AReadOnlyRootFileSystemIsRefusedWithARemedy) {
  fs::create_directories(state_ / "etc/upper");
  fs::create_directories(state_ / "etc/work");
  ASSERT_EQ(::mount("", sysroot_.c_str(), "", MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr), 0);
  expect_refused(assemble_with(kDefaultOverlay, kNone), Reason::kStateUnusable, "boot with `rw`");
  expect_refused(assemble_with(kNone, kBind), Reason::kStateUnusable, "boot with `rw`");
  EXPECT_TRUE(assemble_with(kNone, kDefaultBind));
}

// T47
TEST_F(State, PlantedRedirectsAreIgnored) {
  fs::create_directories(state_ / "etc/upper/planted");
  fs::create_directories(state_ / "etc/work");
  std::string command =
      "setfattr -n trusted.overlay.redirect -v /ssl " + (state_ / "etc/upper/planted").string();
  ASSERT_EQ(std::system(command.c_str()), 0);
  ASSERT_TRUE(assemble_with(kDefaultOverlay, kNone));
  std::error_code hidden;  // the kernel lets nobody into such a directory then
  EXPECT_FALSE(fs::exists(sysroot_ / "etc/planted/key", hidden));
}

// T49
TEST_F(State, AnUpperLayerInUseIsRefused) {
  put_state("etc");
  ASSERT_TRUE(assemble_with(kDefaultOverlay, kNone));
  BootConfig second = config();
  second.target = (base_ / "second").string();
  fs::create_directories(second.target);
  second.config.var = kNone;
  second.running = true;
  second.sysroot = (sysroot_ / "sysroot").string();
  expect_refused(assemble(second, caps()), Reason::kStateUnusable,
                 "/etc is in use by another overlay");
}

// T49
TEST_F(State, StateOnAnotherMountIsRefused) {
  put_state("etc");
  ASSERT_EQ(::mount("tmpfs", (state_ / "etc/work").c_str(), "tmpfs", 0, nullptr), 0);
  expect_refused(assemble_with(kDefaultOverlay, kNone), Reason::kStateUnusable,
                 "etc/work` is on another mount");
}

// T50
TEST_F(State, EveryDirectoryOnTheWayBelongsToRoot) {
  put_state("etc");
  for (fs::path dir : {sysroot_ / "state", sysroot_ / "state/deploy", state_, state_ / "etc"}) {
    ASSERT_EQ(chown(dir.c_str(), 1000, 1000), 0);
    expect_refused(assemble_with(kDefaultOverlay, kNone), Reason::kStateUnusable,
                   dir.filename().string() + "` does not belong to root");
    ASSERT_EQ(chown(dir.c_str(), 0, 0), 0);
  }
  EXPECT_TRUE(assemble_with(kDefaultOverlay, kNone));
}

// T51
TEST_F(State, RemembersTheImageAndKeepsWhatIsOfAnother) {
  put_state("etc");
  put(state_ / "etc/upper/hostname", "mine\n");
  auto remembered = [&] {
    return get(sysroot_ / "sysroot" / fs::relative(state_, sysroot_) / "etc/image");
  };
  ASSERT_TRUE(assemble_with(kDefaultOverlay, kNone));
  EXPECT_EQ(remembered(), digest_.hex() + "\n");
  start_again();
  put(state_ / "etc/image", std::string(64, 'b') + "\n");
  ::testing::internal::CaptureStderr();
  auto done = assemble_with(kDefaultOverlay, kNone);
  std::string said = ::testing::internal::GetCapturedStderr();
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_NE(said.find("WARNING: `state/deploy/"), said.npos) << said;
  EXPECT_NE(said.find("written over another image (bbbbbbbbbbbb…) and is kept"), said.npos) << said;
  EXPECT_EQ(get(sysroot_ / "etc/hostname"), "mine\n");
  EXPECT_EQ(remembered(), std::string(64, 'b') + "\n") << "said until somebody decides";
}

// A disk without room for the file: the boot goes on.
TEST_F(State, AFullDiskIsNoReason) {
  TearDown();
  set_up(true);
  state_ = sysroot_ / "state/deploy" / digest_.hex();
  put_state("etc");
  std::string limit = "nr_inodes=" + std::to_string([&] {
                        struct statvfs fs;
                        EXPECT_EQ(statvfs(sysroot_.c_str(), &fs), 0);
                        return fs.f_files - fs.f_ffree;
                      }());
  ASSERT_EQ(::mount("", sysroot_.c_str(), "", MS_REMOUNT, limit.c_str()), 0);
  ::testing::internal::CaptureStderr();
  auto done = assemble_with(kDefaultOverlay, kNone);
  std::string said = ::testing::internal::GetCapturedStderr();
  EXPECT_TRUE(done) << done.error().text;
  EXPECT_NE(said.find("etc/image` cannot be written: "), said.npos) << said;
}

TEST_F(State, TheImageFileIsAFile) {
  put_state("etc");
  fs::create_symlink("/etc/passwd", state_ / "etc/image");
  expect_refused(assemble_with(kDefaultOverlay, kNone), Reason::kStateUnusable,
                 "etc/image`: not a regular file; remove it");
  fs::remove(state_ / "etc/image");
  put(state_ / "etc/image", std::string(300, 'x'));
  expect_refused(assemble_with(kDefaultOverlay, kNone), Reason::kStateUnusable,
                 "etc/image`: File too large; remove it");
}

}  // namespace
}  // namespace cfs::boot::test
