// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/state.h"

#include <sys/stat.h>

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

TEST_F(State, NoneLeavesWhatIsThere) {
  fs::create_directories(state_ / "var");
  ASSERT_TRUE(assemble_with(kNone, kNone));
  EXPECT_NE(mkdir((sysroot_ / "var/x").c_str(), 0755), 0);
}

TEST_F(State, AConfiguredDirectoryNeedsAMountPoint) {
  BootConfig boot = config();
  MountPlan plan = make_plan(boot, caps()).value();
  for (Step& step : plan.steps)
    if (auto* mount = std::get_if<MountState>(&step)) *mount = {"srv", kBind, mount->layers};
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

// Attributes that a former system planted in the upper layer steer nothing (T47).
TEST_F(State, PlantedRedirectsAreIgnored) {
  fs::create_directories(state_ / "etc/upper/planted");
  fs::create_directories(state_ / "etc/work");
  std::string command =
      "setfattr -n trusted.overlay.redirect -v /ssl " + (state_ / "etc/upper/planted").string();
  ASSERT_EQ(std::system(command.c_str()), 0);
  ASSERT_TRUE(assemble_with(kDefaultOverlay, kNone));
  EXPECT_FALSE(fs::exists(sysroot_ / "etc/planted/key"));
}

}  // namespace
}  // namespace cfs::boot::test
