// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/plan.h"

#include <gtest/gtest.h>

#include "base/fd.h"

namespace cfs::boot {
namespace {

sys::KernelCaps kernel(std::string release) {
  sys::KernelCaps caps;
  caps.release = std::move(release);
  caps.erofs = caps.overlay = caps.overlay_data_only = caps.overlay_verity = true;
  return caps;
}
sys::KernelCaps kernel_6_1() {
  sys::KernelCaps caps = kernel("6.1.0-30-amd64");
  caps.overlay_data_only = caps.overlay_verity = false;
  return caps;
}
sys::KernelCaps kernel_6_5() {
  sys::KernelCaps caps = kernel("6.5.0");
  caps.overlay_verity = false;
  return caps;
}
sys::KernelCaps kernel_6_6() { return kernel("6.6.50-generic"); }
sys::KernelCaps kernel_6_12() {
  sys::KernelCaps caps = kernel("6.12.107+deb13-cloud-amd64");
  caps.file_backed_erofs = true;
  return caps;
}
sys::KernelCaps kernel_6_15() {
  sys::KernelCaps caps = kernel("6.15.0");
  caps.file_backed_erofs = caps.detached_trees = true;
  return caps;
}

std::string hex() {
  std::string out;
  for (int i = 0; i < 4; ++i) out += "0123456789abcdef";
  return out;
}

BootConfig config(std::string_view cmdline, std::string_view toml = "") {
  return make_boot_config(cmdline, parse_config(toml, "test").value()).value();
}

void expect_plan(const BootConfig& boot, const sys::KernelCaps& caps, const std::string& name) {
  auto plan = make_plan(boot, caps);
  ASSERT_TRUE(plan) << plan.error().text;
  std::string file = CFS_SOURCE_DIR "/tests/data/plans/" + name;
  EXPECT_EQ(plan->describe(), read_file(file).value_or("missing")) << file;
}

// A kernel generation each: 6.6 can do nothing but verify, 6.12 mounts files, 6.15 takes
// descriptors.
TEST(Plan, Linux66) { expect_plan(config("composefs=" + hex()), kernel_6_6(), "linux-6.6"); }
TEST(Plan, Linux612) { expect_plan(config("composefs=" + hex()), kernel_6_12(), "linux-6.12"); }
TEST(Plan, Linux615) { expect_plan(config("composefs=" + hex()), kernel_6_15(), "linux-6.15"); }

// Lax, where nothing but the image may be checked. T36
constexpr std::string_view kLaxAllowed = "verity.policy = \"lax-allowed\"";
TEST(Plan, LaxLinux61) {
  expect_plan(config("composefs=?" + hex(), kLaxAllowed), kernel_6_1(), "linux-6.1-lax");
}
TEST(Plan, LaxLinux65) {
  expect_plan(config("composefs=?" + hex(), kLaxAllowed), kernel_6_5(), "linux-6.5-lax");
}
TEST(Plan, LaxLinux615) {
  expect_plan(config("composefs=?" + hex(), kLaxAllowed), kernel_6_15(), "linux-6.15-lax");
}

// The configuration allows lax digests; it does not make strict ones lax.
TEST(Plan, StrictStaysStrict) {
  expect_plan(config("composefs=" + hex(), kLaxAllowed), kernel_6_15(), "linux-6.15");
  EXPECT_FALSE(make_plan(config("composefs=" + hex(), kLaxAllowed), kernel_6_1()));
}

// T05
TEST(Plan, LaxNeedsTheConfiguration) {
  auto refused = make_boot_config("composefs=?" + hex(), Config());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::kLaxDigest);
}

TEST(Plan, FollowsTheConfiguration) {
  BootConfig boot = config(
      "init=/usr/bin/start composefs.digest=v1-sha512-12:" + hex() + hex() + " composefs=" + hex(),
      "etc.transient = true\n[var]\nmount = \"overlay\"\n[image]\nfull-read = false\n"
      "[store]\npath = \"srv/store\"\nlayout = \"plain\"\n");
  boot.sysroot = "/old";
  boot.target = "/new";
  boot.running = true;
  boot.record = false;
  boot.embedded.clear();
  expect_plan(boot, kernel_6_15(), "configured");
}

TEST(Plan, SignedName) { expect_plan(config("composefs.signed=stable"), kernel_6_15(), "signed"); }
TEST(Plan, BindsAndMakesWhatIsConfigured) {
  expect_plan(config("composefs=" + hex(), "etc.mount = \"bind\"\nvar.mount = \"overlay\"\n"),
              kernel_6_12(), "bind");
}

TEST(Plan, TransientRootIsAnUpperLayerOfTheSameOverlay) {
  expect_plan(config("composefs=" + hex(), "[root]\ntransient = true\nsize = \"512M\"\n"),
              kernel_6_12(), "transient-root");
  expect_plan(config("systemd.volatile=overlay composefs=" + hex()), kernel_6_15(), "volatile");
}

TEST(Plan, NoneMeansTheImagesOwn) {
  expect_plan(config("composefs=" + hex(), "etc.mount = \"none\"\nvar.mount = \"none\"\n"),
              kernel_6_12(), "stateless");
}

void expect_refusal(const sys::KernelCaps& caps, Reason reason, std::string_view text) {
  auto plan = make_plan(config("composefs=" + hex()), caps);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().reason, reason);
  EXPECT_EQ(plan.error().text, text);
  EXPECT_EQ(exit_status(reason), 5);
}

// T35
TEST(Plan, NeedsAKernelThatEnforcesVerity) {
  expect_refusal(kernel_6_1(), Reason::kKernelWithoutVerity,
                 "kernel 6.1 cannot enforce verity (needs 6.6)");
}

// T39
TEST(Plan, NeedsItsModules) {
  sys::KernelCaps caps = kernel_6_12();
  caps.erofs = false;
  expect_refusal(caps, Reason::kModuleMissing, "module erofs missing in the initramfs");
  caps.erofs = true;
  caps.overlay = false;
  expect_refusal(caps, Reason::kModuleMissing, "module overlay missing in the initramfs");
}

}  // namespace
}  // namespace cfs::boot
