// SPDX-License-Identifier: LGPL-2.1-or-later

// A sysroot to assemble from: a store with one image, made by mkcomposefs, on a file system of the
// test's own. Files of that image are small enough to live in it: their content needs no fs-verity,
// which the build host's kernel may lack.

#pragma once

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "boot/assembly.h"

namespace cfs::boot::test {

namespace fs = std::filesystem;

inline void put(const fs::path& path, std::string_view text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

inline std::string get(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

class Rig : public ::testing::Test {
 protected:
  // `tmpfs`: the sysroot is one, else a directory of the host's file system, bound onto itself.
  void set_up(bool tmpfs = false) {
    ASSERT_EQ(geteuid(), 0u) << "mount tests need root";
    // Mounts of a failing test vanish with this process.
    ASSERT_EQ(unshare(CLONE_NEWNS), 0);
    ASSERT_EQ(::mount("", "/", "", MS_REC | MS_PRIVATE, nullptr), 0);
    char name[] = "/var/tmp/cfsroot-boot.XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    base_ = name;
    sysroot_ = base_ / "sysroot";
    fs::create_directories(sysroot_);
    if (tmpfs) {
      ASSERT_EQ(::mount("tmpfs", sysroot_.c_str(), "tmpfs", 0, nullptr), 0);
    } else {
      ASSERT_EQ(::mount(sysroot_.c_str(), sysroot_.c_str(), "", MS_BIND, nullptr), 0);
    }
    put_image();
  }

  void TearDown() override {
    while (!sysroot_.empty() && umount2(sysroot_.c_str(), MNT_DETACH) == 0) continue;
    if (!base_.empty()) fs::remove_all(base_);
  }

  // As after a shutdown: nothing is mounted but the disk.
  void start_again() {
    while (umount2(sysroot_.c_str(), MNT_DETACH) == 0) continue;
    ASSERT_EQ(::mount(sysroot_.c_str(), sysroot_.c_str(), "", MS_BIND, nullptr), 0);
  }

  // May be called again, with another /sbin/init: then that image is the one to assemble.
  void put_image(std::string_view init = "#!init\n") {
    fs::path tree = base_ / "tree";
    put(tree / "usr/lib/os-release", "ID=rig\n");
    put(tree / "sbin/init", init);
    fs::permissions(tree / "sbin/init", fs::perms{0755});
    put(tree / "etc/hostname", "image\n");
    put(tree / "etc/ssl/key", "secret\n");
    for (const char* dir : {"var", "sysroot"}) fs::create_directories(tree / dir);
    ASSERT_EQ(chown(tree.c_str(), 0, 7), 0);
    ASSERT_EQ(chmod(tree.c_str(), 0751), 0);
    for (auto [dir, label] :
         {std::pair("", "u:o:root_t:0"), {"etc", "u:o:etc_t:0"}, {"var", "u:o:var_t:0"}})
      ASSERT_EQ(setxattr((tree / dir).c_str(), "security.selinux", label, strlen(label), 0), 0);
    fs::path tool = fs::path(CFS_BIN_DIR) / "mkcomposefs";
    std::string command = tool.string() + " --print-digest --digest-store=" +
                          (sysroot_ / "composefs/objects").string() + " " + tree.string() + " " +
                          (base_ / "image").string() + " >" + (base_ / "digest").string();
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
    std::string hex = get(base_ / "digest");
    digest_ = Digest::parse(hex.substr(0, 64)).value();
    fs::path object = sysroot_ / "composefs/objects" / digest_.object_path();
    fs::create_directories(object.parent_path());
    fs::copy_file(base_ / "image", object);
    fs::create_directories(sysroot_ / "composefs/images");
    fs::create_symlink("../objects/" + digest_.object_path(),
                       sysroot_ / "composefs/images" / digest_.hex());
  }

  BootConfig config() const {
    BootConfig config;
    config.sysroot = config.target = sysroot_.string();
    config.record = false;
    config.digests = {digest_};
    config.embedded.clear();
    return config;
  }

  static sys::KernelCaps caps() { return sys::probe_kernel().value(); }

  // What the kernel would say of the rig's image if it could.
  static inline Digest digest_;
  static Result<std::optional<Digest>> measure_right(int, int*) { return digest_; }

  Outcome<> assemble(const BootConfig& config, const sys::KernelCaps& caps,
                     Measure measure = measure_right) {
    TRY_ASSIGN(MountPlan plan, make_plan(config, caps));
    return Assembly(caps, measure, false).run(plan);
  }

  fs::path base_, sysroot_;
};

}  // namespace cfs::boot::test
