// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/output_file.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>

#include "base/text.h"

namespace {
bool no_locks = false;  // as on a network file system without them
}
extern "C" int flock(int fd, int operation) noexcept {
  if (!no_locks) return static_cast<int>(::syscall(SYS_flock, fd, operation));
  errno = ENOLCK;
  return -1;
}

namespace cfs {
namespace {

namespace fs = std::filesystem;

class OutputFileTest : public ::testing::Test {
 protected:
  OutputFileTest() {
    char name[] = "/tmp/output_file_test.XXXXXX";
    dir_ = ::mkdtemp(name);
  }
  ~OutputFileTest() override { fs::remove_all(dir_); }

  std::string path(const char* name) const { return cat(dir_, "/", name); }
  void write(const char* name, std::string_view text) {
    auto fd = open_file(path(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ASSERT_TRUE(write_all(fd->get(), as_bytes(text)));
  }
  std::string read(const char* name) { return *read_file(path(name)); }
  std::size_t files() { return std::size_t(std::distance(fs::directory_iterator(dir_), {})); }

  std::string dir_;
};

TEST_F(OutputFileTest, ReplacesOnlyByCommit) {
  write("image", "old");
  {
    auto out = OutputFile::create(path("image"));
    ASSERT_TRUE(write_all(out->fd(), as_bytes("new")));
    EXPECT_EQ(read("image"), "old");
  }
  EXPECT_EQ(read("image"), "old");
  EXPECT_EQ(files(), 1u);
  auto out = OutputFile::create(path("image"));
  ASSERT_TRUE(write_all(out->fd(), as_bytes("new")));
  ASSERT_TRUE(out->commit());
  EXPECT_EQ(read("image"), "new");
  EXPECT_EQ(files(), 1u);
}

TEST_F(OutputFileTest, KeepsTheModeOfWhatItReplaces) {
  write("image", "old");
  ASSERT_EQ(::chmod(path("image").c_str(), 0640), 0);
  auto out = OutputFile::create(path("image"));
  ASSERT_TRUE(out->commit());
  struct stat st;
  ASSERT_EQ(::stat(path("image").c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 07777, 0640u);
}

TEST_F(OutputFileTest, FollowsSymlinksAlsoDanglingOnes) {
  ASSERT_EQ(::symlink("real", path("link").c_str()), 0);
  auto out = OutputFile::create(path("link"));
  ASSERT_TRUE(out);
  ASSERT_TRUE(write_all(out->fd(), as_bytes("x")));
  ASSERT_TRUE(out->commit());
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(read("real"), "x");
}

TEST_F(OutputFileTest, WritesDescriptorsInPlace) {
  auto fd = open_file(path("image"), O_RDWR | O_CREAT, 0600);
  auto out = OutputFile::create(cat("/proc/self/fd/", fd->get()));
  ASSERT_TRUE(out);
  EXPECT_LT(out->directory(), 0);
  ASSERT_TRUE(write_all(out->fd(), as_bytes("x")));
  ASSERT_TRUE(out->commit());
  EXPECT_EQ(read("image"), "x");
  EXPECT_EQ(files(), 1u);
}

TEST_F(OutputFileTest, SweepsWhatKilledRunsLeftAndNothingElse) {
  std::string left = ".cfsroot-tmp.image.0123456789ab", used = ".cfsroot-tmp.image.ba9876543210";
  std::string other = ".cfsroot-tmp.other.name.0123456789ab";
  write(left.c_str(), "");
  write(used.c_str(), "");
  write(other.c_str(), "");
  write(".cfsroot-tmp.image.mine", "");
  write(".cfsroot-tmp.image.0123456789xy", "");
  auto holder = open_file(path(used.c_str()), O_RDONLY);
  ASSERT_EQ(::flock(holder->get(), LOCK_EX), 0);
  { auto out = OutputFile::create(path("image")); }
  EXPECT_FALSE(fs::exists(path(left.c_str())));
  EXPECT_FALSE(fs::exists(path(other.c_str())));
  EXPECT_TRUE(fs::exists(path(used.c_str())));
  EXPECT_EQ(files(), 3u);
}

TEST_F(OutputFileTest, WithoutLocksSaysSoAndLeavesNothing) {
  auto dir = open_file(dir_, O_RDONLY | O_DIRECTORY);
  no_locks = true;
  for (bool directory : {false, true}) {
    auto made = create_temporary(dir->get(), ".cfsroot-tmp.image.", directory, 0700);
    EXPECT_EQ(made.error().text, "lock a temporary file: No locks available");
  }
  no_locks = false;
  EXPECT_EQ(files(), 0u);
}

TEST_F(OutputFileTest, SweepsNoDeeperThanOurOwnTemporaries) {
  std::string left = ".cfsroot-tmp.image.0123456789ab", planted = ".cfsroot-tmp.image.ba9876543210";
  fs::create_directories(path((left + "/a/b/c").c_str()));
  fs::create_directories(path((planted + "/1/2/3/4/5/6").c_str()));
  { auto out = OutputFile::create(path("image")); }
  EXPECT_FALSE(fs::exists(path(left.c_str())));
  EXPECT_TRUE(fs::exists(path((planted + "/1/2/3/4/5/6").c_str())));
}

TEST_F(OutputFileTest, SaysWhyItCannot) {
  EXPECT_EQ(OutputFile::create(path("no/image")).error().code, ENOENT);
  EXPECT_EQ(OutputFile::create(dir_).error().code, EISDIR);
}

}  // namespace
}  // namespace cfs
