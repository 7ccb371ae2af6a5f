// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/image.h"

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/unreadable_directory.h"

namespace cfs::boot {
namespace {

namespace fs = std::filesystem;

// A store whose "image" is any file: opening and checking never look inside.
class Store : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/cfsroot-store.XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    path_ = name;
    object_ = path_ / "objects" / digest_.object_path();
    link_ = path_ / "images" / digest_.hex();
    fs::create_directories(object_.parent_path());
    fs::create_directories(path_ / "images/refs");
    std::ofstream(object_) << "image";
    fs::create_symlink("../objects/" + digest_.object_path(), link_);
    fd_ = open_file(path_.string(), O_PATH | O_DIRECTORY).value();
  }
  void TearDown() override { fs::remove_all(path_); }

  Outcome<Image> open() const { return open_image(fd_.get(), -1, {digest_}); }

  void expect_refused(Reason reason, std::string_view part) const {
    auto image = open();
    ASSERT_FALSE(image);
    EXPECT_EQ(id(image.error().reason), id(reason)) << image.error().text;
    EXPECT_NE(image.error().text.find(part), std::string::npos) << image.error().text;
  }

  static Digest some_digest(char digit) { return Digest::parse(std::string(64, digit)).value(); }

  Digest digest_ = some_digest('a');
  fs::path path_, object_, link_;
  Fd fd_;
};

TEST_F(Store, OpensTheObjectThroughItsLink) { EXPECT_TRUE(open()); }

TEST_F(Store, OpensTheObjectWithoutALink) {
  fs::remove(link_);
  EXPECT_TRUE(open());
}

TEST_F(Store, OpensAFileInPlaceOfTheLink) {
  fs::remove(link_);
  fs::rename(object_, link_);
  EXPECT_TRUE(open());
}

TEST_F(Store, TakesTheFirstThatExists) {
  auto image = open_image(fd_.get(), -1, {some_digest('b'), digest_});
  ASSERT_TRUE(image);
  EXPECT_EQ(image->digest, digest_);
}

TEST_F(Store, NamesRefsWhenTheImageIsMissing) {
  fs::remove(object_);
  fs::create_symlink("x", path_ / "images/refs/a b\n");
  expect_refused(Reason::kImageMissing, digest_.hex() + " not in the store; refs: a\\x20b\\x0a");
  for (int i = 0; i < 20; ++i) fs::create_symlink("x", path_ / "images/refs" / std::to_string(i));
  expect_refused(Reason::kImageMissing, " and 13 more");
  {
    UnreadableDirectory broken("/images/refs");
    expect_refused(Reason::kImageMissing, "; its refs: read directory: Input/output error");
  }
  fs::remove_all(path_ / "images/refs");
  expect_refused(Reason::kImageMissing, "it has no refs");
}

// T14
TEST_F(Store, RefusesLinksOfAnotherShape) {
  for (std::string target :
       {"../objects/" + some_digest('b').object_path(), object_.string(),
        std::string("/etc/passwd"), "../objects/../objects/" + digest_.object_path(),
        std::string("../../x")}) {
    fs::remove(link_);
    fs::create_symlink(target, link_);
    expect_refused(Reason::kImageNotAFile, "not to its object");
  }
}

// T14
TEST_F(Store, RefusesLinksOnTheWay) {
  fs::rename(object_.parent_path(), path_ / "elsewhere");
  fs::create_directory_symlink("../elsewhere", object_.parent_path());
  expect_refused(Reason::kImageNotAFile, "leads through a link");
  fs::rename(path_ / "images", path_ / "pictures");
  fs::create_directory_symlink("pictures", path_ / "images");
  expect_refused(Reason::kImageNotAFile, "`images` is not a directory");
}

// T14
TEST_F(Store, RefusesAnObjectThatIsALink) {
  fs::rename(object_, path_ / "elsewhere");
  fs::create_symlink("../../elsewhere", object_);
  expect_refused(Reason::kImageNotAFile, "not a regular file");
}

// T14
TEST_F(Store, RefusesOtherKindsOfFiles) {
  fs::remove(object_);
  ASSERT_EQ(mkfifo(object_.c_str(), 0644), 0);
  expect_refused(Reason::kImageNotAFile, "not a regular file");
  fs::remove(object_);
  fs::create_directory(object_);
  expect_refused(Reason::kImageNotAFile, "not a regular file");
  fs::remove(object_);
  ASSERT_EQ(mknod(object_.c_str(), S_IFCHR | 0644, 0x103), 0) << "needs root";
  expect_refused(Reason::kImageNotAFile, "not a regular file");
}

// T14
TEST_F(Store, RefusesAnotherMount) {
  ASSERT_EQ(unshare(CLONE_NEWNS), 0) << "needs root";
  ASSERT_EQ(mount("", "/", "", MS_REC | MS_PRIVATE, nullptr), 0);
  fd_ = open_file(path_.string(), O_PATH | O_DIRECTORY).value();
  fs::path dir = object_.parent_path();
  ASSERT_EQ(mount(dir.c_str(), dir.c_str(), "", MS_BIND, nullptr), 0);
  expect_refused(Reason::kImageNotAFile, "onto another mount");
  ASSERT_EQ(umount(dir.c_str()), 0);
}

TEST_F(Store, PrefersTheImageInTheInitramfs) {
  fs::path embedded = path_ / "initramfs";
  fs::create_directories(embedded);
  Fd dir = open_file(embedded.string(), O_PATH | O_DIRECTORY).value();
  EXPECT_EQ(open_image(fd_.get(), dir.get(), {digest_})->origin, Image::Origin::kStore);
  std::ofstream(embedded / (digest_.hex() + ".cfs")) << "embedded";
  auto image = open_image(fd_.get(), dir.get(), {digest_});
  ASSERT_TRUE(image);
  EXPECT_EQ(image->origin, Image::Origin::kInitramfs);
  EXPECT_EQ(read_to_end(image->fd.get()).value(), "embedded");
  // An earlier digest of the command line comes first, wherever its image is.
  std::ofstream(embedded / (some_digest('b').hex() + ".cfs")) << "other";
  EXPECT_EQ(open_image(fd_.get(), dir.get(), {digest_, some_digest('b')})->digest, digest_);
}

}  // namespace
}  // namespace cfs::boot
