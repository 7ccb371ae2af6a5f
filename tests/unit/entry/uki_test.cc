// SPDX-License-Identifier: LGPL-2.1-or-later

#include "entry/uki.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "tests/unit/entry/efi_program.h"
#include "tests/unit/unreadable_directory.h"

namespace cfs::entry {
namespace {

const std::string kA(64, 'a'), kB(64, 'b');
const Digest kDigest = Digest::parse(kA).value();

class Uki : public testing::Test {
 protected:
  Uki() {
    std::string pattern = testing::TempDir() + "uki.XXXXXX";
    esp = ::mkdtemp(pattern.data());
    image = esp + "/EFI/Linux/x+3-1.efi";
  }
  ~Uki() override { std::filesystem::remove_all(esp); }
  static void put(const std::string& path,
                  const std::vector<std::pair<std::string, std::string>>& sections) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << efi_program(sections);
  }
  // 0 if the image boots kDigest and nothing else
  int check() {
    auto lines = uki_lines(image);
    if (lines) {
      auto result = check_lines(*lines, kDigest);
      text = result ? "" : result.error().text;
      return result ? 0 : result.error().code;
    }
    text = lines.error().text;
    return lines.error().code;
  }
  std::string esp, image, text;
};

TEST_F(Uki, NamesItsDigest) {
  put(image, {{".linux", "x"}, {".cmdline", cat("quiet composefs=", kA, "\n")}});
  EXPECT_EQ(check(), 0) << text;
  put(image, {{".cmdline", cat("composefs.digest=v1-sha256-12:", kA, std::string("\0 x", 3))}});
  EXPECT_EQ(check(), 0) << text;
}

TEST_F(Uki, AnotherDigestIsRefused) {
  put(image, {{".cmdline", cat("composefs=", kB)}});
  EXPECT_EQ(check(), EBADMSG);
  EXPECT_EQ(text, cat("its command line names the image ", kB, ", not ", kA));
  put(image, {{".cmdline", cat("composefs.digest=v1-sha256-12:", kB, " composefs=", kA)}});
  EXPECT_EQ(check(), EBADMSG);
  put(image, {{".cmdline", "quiet"}});
  EXPECT_EQ(check(), EBADMSG);
}

TEST_F(Uki, EveryProfileCounts) {
  put(image, {{".cmdline", cat("composefs=", kA)},
              {".profile", "ID=other"},
              {".cmdline", cat("composefs=", kB)}});
  EXPECT_EQ(check(), EBADMSG);
}

// The kernel cuts off what it does not read, add-ons included, and the digest may be in that.
TEST_F(Uki, IsShortEnoughForTheKernel) {
  std::string line = cat("composefs=", kA);
  line.insert(0, 2047 - line.size(), ' ');
  put(image, {{".cmdline", line}});
  EXPECT_EQ(check(), 0) << text;
  put(esp + "/loader/addons/quiet.addon.efi", {{".cmdline", "quiet"}});
  EXPECT_EQ(check(), EBADMSG);
  EXPECT_EQ(text, "its command line: 2053 bytes, the kernel reads 2047");
}

// T10
TEST_F(Uki, AddOnsCount) {
  put(image, {{".cmdline", cat("composefs=", kA)}});
  put(esp + "/loader/addons/quiet.addon.efi", {{".cmdline", "quiet"}});
  put(esp + "/loader/addons/ignored.efi", {{".cmdline", cat("composefs=", kB)}});
  EXPECT_EQ(check(), 0) << text;
  for (const char* place :
       {"/loader/addons/a.addon.efi", "/EFI/Linux/x+3-1.efi.extra.d/a.addon.efi",
        "/EFI/Linux/x.efi.extra.d/A.ADDON.EFI"}) {
    put(esp + place, {{".cmdline", cat("composefs.digest=v1-sha256-12:", kB)}});
    EXPECT_EQ(check(), EBADMSG) << place;
    EXPECT_NE(text.find("add-ons have a word in it: "), text.npos) << text;
    std::filesystem::remove(esp + place);
  }
  EXPECT_EQ(check(), 0) << text;
  std::ofstream(esp + "/loader/addons/bad.addon.efi") << "text";
  EXPECT_EQ(check(), EINVAL);
}

TEST_F(Uki, UnreadableAddOnsAreNotNone) {
  put(image, {{".cmdline", cat("composefs=", kA)}});
  std::filesystem::create_directories(esp + "/EFI/Linux/x.efi.extra.d");
  UnreadableDirectory broken("/x.efi.extra.d");
  EXPECT_EQ(check(), EIO);
  EXPECT_NE(text.find("x.efi.extra.d"), text.npos) << text;
}

TEST_F(Uki, MustHaveACommandLine) {
  put(image, {{".linux", "x"}});
  EXPECT_EQ(check(), EINVAL);
  std::ofstream(image, std::ios::trunc).flush();
  EXPECT_EQ(check(), EINVAL);
  std::filesystem::remove(image);
  EXPECT_EQ(check(), ENOENT);
}

}  // namespace
}  // namespace cfs::entry
