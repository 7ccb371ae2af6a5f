// SPDX-License-Identifier: LGPL-2.1-or-later

// A directory whose listing ends with an error is not one with fewer files.

#include <dirent.h>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "entry/boot_folder.h"
#include "entry/uki.h"
#include "tests/unit/entry/efi_program.h"

namespace {
std::string broken;  // the end of that directory's path
}

// In front of libc's for this whole program.
extern "C" dirent* readdir(DIR* dir) {
  static auto* real = reinterpret_cast<dirent* (*)(DIR*)>(::dlsym(RTLD_NEXT, "readdir"));
  if (!broken.empty()) {
    auto path = std::filesystem::read_symlink(cfs::cat("/proc/self/fd/", ::dirfd(dir))).string();
    if (path.ends_with(broken)) {
      errno = EIO;
      return nullptr;
    }
  }
  return real(dir);
}

namespace cfs::entry {
namespace {

namespace fs = std::filesystem;

class UnreadableDirectory : public testing::Test {
 protected:
  UnreadableDirectory() {
    std::string pattern = testing::TempDir() + "entries.XXXXXX";
    work = ::mkdtemp(pattern.data());
  }
  ~UnreadableDirectory() override {
    broken.clear();
    fs::remove_all(work);
  }
  std::string file(const std::string& name, const std::string& content) {
    fs::create_directories(fs::path(work + "/" + name).parent_path());
    std::ofstream(work + "/" + name) << content;
    return work + "/" + name;
  }
  Result<Installed> add(const std::string& name, const std::string& kernel) {
    NewEntry made{
        .name = name, .tries = {}, .lines = {}, .kernel = file("k", kernel), .initrds = {}};
    made.lines.options = "quiet";
    fs::create_directory(work + "/esp");
    return install(work + "/esp", made);
  }
  std::string work;
};

TEST_F(UnreadableDirectory, OfEntriesTakesNoKernelAway) {
  ASSERT_TRUE(add("a", "one").has_value());
  broken = "/loader/entries";
  auto done = add("b", "two");
  ASSERT_TRUE(done.has_value()) << done.error().text;
  EXPECT_TRUE(done->removed.empty());
  ASSERT_EQ(done->warnings.size(), 1u);
  EXPECT_NE(done->warnings.front().find("loader/entries"), std::string::npos);
}

TEST_F(UnreadableDirectory, OfAddOnsIsNotOneWithout) {
  const std::string line = "composefs=" + std::string(64, 'a');
  const std::string image = file("EFI/Linux/x.efi", efi_program({{".cmdline", line}}));
  file("EFI/Linux/x.efi.extra.d/a.addon.efi", efi_program({{".cmdline", "composefs=1"}}));
  broken = "/x.efi.extra.d";
  auto lines = uki_lines(image);
  ASSERT_FALSE(lines.has_value());
  EXPECT_EQ(lines.error().code, EIO);
  EXPECT_NE(lines.error().text.find("x.efi.extra.d"), std::string::npos) << lines.error().text;
}

}  // namespace
}  // namespace cfs::entry
