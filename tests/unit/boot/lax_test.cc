// SPDX-License-Identifier: LGPL-2.1-or-later

// Roots from images that no file system vouches for: lax ones and those of the initramfs. The build
// host's kernel may or may not know fs-verity; the directory here never has sealed files.

#include <sys/resource.h>

#include <csignal>

#include "fsverity/kernel.h"
#include "tests/unit/boot/rig.h"

namespace cfs::boot::test {
namespace {

std::string mounts() { return get("/proc/self/mountinfo"); }

class Lax : public Rig {
 protected:
  BootConfig lax() const {
    BootConfig config = Rig::config();
    config.lax = true;
    return config;
  }
  // The image of the store, moved into an initramfs of this test.
  BootConfig embedded() {
    BootConfig config = Rig::config();
    config.embedded = base_ / "initramfs";
    fs::create_directories(config.embedded);
    fs::path object = sysroot_ / "composefs/objects" / digest_.object_path();
    fs::copy_file(object, embedded_path());
    fs::remove(object);
    return config;
  }
  fs::path embedded_path() const { return base_ / "initramfs" / (digest_.hex() + ".cfs"); }

  // Flips a bit of that file.
  static void damage(const fs::path& file) {
    std::string content = get(file);
    content[content.size() / 2] ^= 1;
    put(file, content);
  }
  void expect_refused(const BootConfig& config, Measure measure, Reason reason) {
    std::string before = mounts();
    auto done = assemble(config, caps(), measure);
    ASSERT_FALSE(done);
    EXPECT_EQ(id(done.error().reason), id(reason)) << done.error().text;
    EXPECT_EQ(mounts(), before);
  }
};

// T38: without fs-verity strict is refused when the image is measured, lax warns and the probe
// decides.
TEST_F(Lax, DoesWithoutVerity) {
  set_up(true);
  expect_refused(config(), fsverity::measure, Reason::kFileSystemWithoutVerity);
  put_image(std::string(100'000, 'x'));  // in an object of its own, which nothing verifies
  testing::internal::CaptureStderr();
  auto done = assemble(lax(), caps(), fsverity::measure);
  std::string said = testing::internal::GetCapturedStderr();
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_NE(said.find("WARNING: the image has no fs-verity"), said.npos) << said;
  EXPECT_NE(said.find("NOT VERIFIED"), said.npos) << said;
  EXPECT_EQ(get(sysroot_ / "sbin/init"), std::string(100'000, 'x'));
  EXPECT_LT(open((sysroot_ / "usr/new").c_str(), O_CREAT | O_WRONLY, 0644), 0);
  EXPECT_EQ(errno, EROFS);
}

// What is mounted is the copy that was checked.
TEST_F(Lax, DoesNotSeeLaterChangesOfTheImage) {
  set_up(true);
  fs::path image = sysroot_ / "composefs/objects" / digest_.object_path();
  Fd file = open_file(image.string(), O_RDWR).value();
  ASSERT_TRUE(assemble(lax(), caps(), fsverity::measure));
  std::string zeros(fs::file_size(base_ / "image"), '\0');
  ASSERT_TRUE(write_all(file.get(), as_bytes(zeros)));
  std::ofstream("/proc/sys/vm/drop_caches") << "2\n";
  EXPECT_EQ(get(sysroot_ / "usr/lib/os-release"), "ID=rig\n");
}

TEST_F(Lax, RefusesAnotherImage) {
  set_up(true);
  damage(sysroot_ / "composefs/objects" / digest_.object_path());
  expect_refused(lax(), fsverity::measure, Reason::kDigestDiffers);
}

// Nothing of it is read: 16 TiB take hours.
TEST_F(Lax, RefusesWhatMemoryCannotHold) {
  set_up();
  rlimit before, limit{1 << 20, RLIM_INFINITY};  // of a copy that is made all the same
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  fs::resize_file(sysroot_ / "composefs/objects" / digest_.object_path(), u64{1} << 43);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  signal(SIGXFSZ, SIG_IGN);
  auto done = assemble(lax(), caps(), fsverity::measure);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().reason, Reason::kImageUnreadable);
  EXPECT_NE(done.error().text.find("copy of 8796093022208 bytes"), std::string::npos)
      << done.error().text;
}

// What an old kernel would do, as far as this one can play it. T36
TEST_F(Lax, UsesAnOrdinaryLayerOnOldKernels) {
  set_up(true);
  put_image(std::string(100'000, 'x'));
  sys::KernelCaps old = caps();
  old.overlay_data_only = old.overlay_verity = old.file_backed_erofs = old.detached_trees = false;
  auto done = assemble(lax(), old, fsverity::measure);
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_EQ(get(sysroot_ / "sbin/init"), std::string(100'000, 'x'));
  // The image hides the directories of the objects.
  EXPECT_FALSE(fs::exists(sysroot_ / digest_.object_path()));
}

// T07
TEST_F(Lax, NothingOnTheDiskMakesAStrictDigestLax) {
  set_up(true);
  put(sysroot_ / "composefs/meta.json", R"({"version": 1, "verity": false, "features": {}})");
  put(sysroot_ / "composefs/setup-root-conf.toml", "verity.policy = \"lax-allowed\"\n");
  put(sysroot_ / "usr/lib/composefs/setup-root-conf.toml", "verity.policy = \"lax-allowed\"\n");
  expect_refused(config(), fsverity::measure, Reason::kFileSystemWithoutVerity);
}

TEST_F(Lax, PrefersTheImageOfTheInitramfs) {
  set_up(true);
  BootConfig config = embedded();
  auto done = assemble(config, caps());
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_EQ(get(sysroot_ / "usr/lib/os-release"), "ID=rig\n");
}

TEST_F(Lax, HashesTheImageOfTheInitramfs) {
  set_up(true);
  BootConfig config = embedded();
  damage(embedded_path());
  expect_refused(config, measure_right, Reason::kDigestDiffers);
}

// The image is verified, the objects cannot be: that is still refused, unless lax.
TEST_F(Lax, AnImageOfTheInitramfsDoesNotVouchForObjects) {
  set_up(true);
  BootConfig config = embedded();
  expect_refused(config, fsverity::measure, Reason::kFileSystemWithoutVerity);
  config.lax = true;
  EXPECT_TRUE(assemble(config, caps(), fsverity::measure));
}

// The digest is right, but the file is no image that EROFS knows: the kernel refuses it. T19
TEST_F(Lax, RefusesWhatIsNoImage) {
  constexpr std::size_t kFeatureIncompat = 1024 + 80;
  set_up(true);
  fs::path object = sysroot_ / "composefs/objects" / digest_.object_path();
  std::string image = get(object);
  std::string odd = image;
  odd[kFeatureIncompat + 3] = '\x40';
  put(object, odd);
  std::string before = mounts();
  auto done = assemble(config(), caps());
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().text.find("erofs"), std::string::npos) << done.error().text;
  EXPECT_EQ(mounts(), before);

  image[0] ^= 1;
  put(object, image);
  expect_refused(config(), measure_right, Reason::kImageNotComposefs);
  put(object, "short");
  expect_refused(config(), measure_right, Reason::kImageNotComposefs);
}

// A kernel on which overlayfs finds no digest of a sealed file, as 7.0 did: here the object has
// none.
// T45
TEST_F(Lax, StrictEndsAtTheProbeWhereOverlayFindsNoDigest) {
  set_up();
  put_image(std::string(100'000, 'x'));
  std::string before = mounts();
  auto done = assemble(config(), caps());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().reason, Reason::kProbeFailed);
  EXPECT_NE(done.error().text.find("probe of `/sbin/init`: Input/output error from its object"),
            std::string::npos)
      << done.error().text;
  EXPECT_NE(done.error().text.find("; kernel: overlayfs: "), std::string::npos)
      << done.error().text;
  EXPECT_EQ(mounts(), before);
}

}  // namespace
}  // namespace cfs::boot::test
