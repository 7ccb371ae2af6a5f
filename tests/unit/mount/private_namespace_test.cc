// SPDX-License-Identifier: LGPL-2.1-or-later

#include "mount/private_namespace.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "sys/mounts.h"

namespace cfs::mount {
namespace {

namespace fs = std::filesystem;

std::string current() { return fs::read_symlink("/proc/self/ns/mnt"); }
std::string mounts() { return read_file("/proc/self/mountinfo").value(); }

TEST(PrivateNamespace, ComesBackToWhereItWas) {
  ASSERT_EQ(geteuid(), 0u) << "mount tests need root";
  ASSERT_EQ(chdir("/usr"), 0);
  std::string before = current(), mounts_before = mounts();
  {
    auto outside = PrivateNamespace::enter();
    ASSERT_TRUE(outside) << outside.error().text;
    EXPECT_NE(current(), before);
    EXPECT_EQ(fs::current_path(), "/usr");
    Fd tmpfs = sys::FsContext::open("tmpfs").value().mount(0).value();
    ASSERT_TRUE(sys::attach(tmpfs.get(), open_file("/usr", O_PATH).value().get()));
    EXPECT_NE(mounts(), mounts_before);
  }
  EXPECT_EQ(current(), before);
  EXPECT_EQ(mounts(), mounts_before);
  EXPECT_EQ(fs::current_path(), "/usr");
  EXPECT_TRUE(fs::exists("/usr/bin"));
}

TEST(PrivateNamespace, ADetachedCopySurvives) {
  Fd tree;
  {
    auto outside = PrivateNamespace::enter().value();
    Fd tmpfs = sys::FsContext::open("tmpfs").value().mount(0).value();
    ASSERT_TRUE(sys::attach(tmpfs.get(), open_file("/usr", O_PATH).value().get()));
    ASSERT_TRUE(open_at(tmpfs.get(), "file", O_CREAT | O_WRONLY, 0644));
    tree = sys::clone_mount(tmpfs.get(), true).value();
    ASSERT_TRUE(outside.leave());
  }
  EXPECT_TRUE(open_at(tree.get(), "file", O_RDONLY));
}

}  // namespace
}  // namespace cfs::mount
