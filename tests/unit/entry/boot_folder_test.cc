// SPDX-License-Identifier: LGPL-2.1-or-later

#include "entry/boot_folder.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include "base/fd.h"
#include "base/text.h"
#include "tests/unit/unreadable_directory.h"

namespace cfs::entry {
namespace {

namespace fs = std::filesystem;

class BootFolder : public testing::Test {
 protected:
  BootFolder() {
    std::string pattern = testing::TempDir() + "boot.XXXXXX";
    work = ::mkdtemp(pattern.data());
    folder = work + "/esp";
    fs::create_directory(folder);
  }
  ~BootFolder() override { fs::remove_all(work); }

  std::string file(const std::string& name, const std::string& content) {
    std::ofstream(work + "/" + name) << content;
    return work + "/" + name;
  }
  NewEntry entry(const std::string& name) {
    NewEntry made{.name = name,
                  .tries = {},
                  .lines = {},
                  .kernel = file("k", "kernel"),
                  .initrds = {file("i", "initrd")}};
    made.lines.options = "quiet";
    return made;
  }
  // Every file below the folder, sorted.
  std::vector<std::string> files() {
    std::vector<std::string> out;
    for (const auto& found : fs::recursive_directory_iterator(folder))
      if (found.is_regular_file()) out.push_back(fs::relative(found.path(), folder));
    std::sort(out.begin(), out.end());
    return out;
  }
  std::string work, folder;
};

TEST_F(BootFolder, GetsEntryKernelAndInitrd) {
  auto done = install(folder, entry("a"));
  ASSERT_TRUE(done.has_value()) << done.error().text;
  EXPECT_EQ(done->file, "loader/entries/a.conf");
  std::string text = read_file(cat(folder, "/", done->file)).value();
  for (auto [key, content] : {std::pair("linux", "kernel"), std::pair("initrd", "initrd")}) {
    auto paths = values_of(text, key);
    ASSERT_EQ(paths.size(), 1u);
    EXPECT_EQ(read_file(folder + paths[0]).value(), content);
  }
  EXPECT_EQ(values_of(text, "options"), std::vector<std::string>{"quiet"});
  EXPECT_EQ(files().size(), 3u);
}

TEST_F(BootFolder, EntriesShareFiles) {
  ASSERT_TRUE(install(folder, entry("a")).has_value());
  auto done = install(folder, entry("b"));
  ASSERT_TRUE(done.has_value());
  EXPECT_TRUE(done->copied.empty());
  EXPECT_EQ(files().size(), 4u);
}

TEST_F(BootFolder, ReplacingRemovesWhatNobodyUses) {
  ASSERT_TRUE(install(folder, entry("a")).has_value());
  NewEntry next = entry("a");
  next.tries = 3;
  next.kernel = file("k2", "newer");
  auto done = install(folder, next);
  ASSERT_TRUE(done.has_value()) << done.error().text;
  EXPECT_EQ(done->file, "loader/entries/a+3.conf");
  EXPECT_EQ(done->removed.size(), 2u);  // a.conf and the old kernel
  EXPECT_EQ(files().size(), 3u);
  // A loader has counted; the kernel of somebody else's entry stays, as do files that are not ours.
  fs::rename(folder + "/loader/entries/a+3.conf", folder + "/loader/entries/a+1-2.conf");
  fs::copy(folder + "/loader/entries/a+1-2.conf", folder + "/loader/entries/other.conf");
  std::ofstream(folder + "/cfsroot/linux-mine") << "x";
  ASSERT_TRUE(install(folder, entry("a")).has_value());
  auto all = files();
  EXPECT_EQ(all.size(), 6u);
  EXPECT_EQ(std::count(all.begin(), all.end(), "loader/entries/a+1-2.conf"), 0);
}

TEST_F(BootFolder, FailureLeavesWhatWasThere) {
  ASSERT_TRUE(install(folder, entry("a")).has_value());
  auto before = files();
  NewEntry bad = entry("a");
  bad.kernel = file("k2", "newer");
  bad.initrds = {work + "/none"};
  EXPECT_EQ(install(folder, bad).error().code, ENOENT);
  bad.initrds = {file("e", "")};
  EXPECT_EQ(install(folder, bad).error().code, EINVAL);
  bad.initrds = {};
  bad.lines.title = "a\nb";
  EXPECT_EQ(install(folder, bad).error().code, EINVAL);
  // The entry cannot be put in place: its kernel goes again.
  bad.lines.title = "";
  bad.name = "dir";
  fs::create_directory(folder + "/loader/entries/dir.conf");
  EXPECT_FALSE(install(folder, bad).has_value());
  EXPECT_EQ(files(), before);
  EXPECT_EQ(install(work + "/none", entry("a")).error().code, ENOENT);
}

TEST_F(BootFolder, KernelsOfEntriesAsOthersWriteThemStay) {
  ASSERT_TRUE(install(folder, entry("a")).has_value());
  const std::string ours = folder + "/loader/entries/a.conf";
  const std::string kernel = values_of(read_file(ours).value(), "linux")[0].substr(9);
  NewEntry next = entry("a");
  next.initrds.clear();
  next.kernel = file("k2", "newer");
  for (std::string text : {cat("linux /cfsroot/", kernel), cat("efi /cfsroot/", kernel),
                           cat("linux \\CFSROOT\\L", kernel.substr(1))}) {
    std::ofstream(folder + "/loader/entries/OTHER.CONF") << text << "\ninitrd /x\n";
    auto done = install(folder, next);
    ASSERT_TRUE(done.has_value()) << done.error().text;
    EXPECT_TRUE(fs::exists(folder + "/cfsroot/" + kernel)) << text;
    EXPECT_TRUE(done->warnings.empty());
  }
  // One that is damaged might have been of any kernel.
  std::ofstream(folder + "/loader/entries/OTHER.CONF") << std::string(512, '\0');
  auto done = install(folder, next);
  ASSERT_TRUE(done.has_value()) << done.error().text;
  EXPECT_TRUE(fs::exists(folder + "/cfsroot/" + kernel));
  EXPECT_EQ(done->warnings,
            std::vector<std::string>{
                "loader/entries/OTHER.CONF: names nothing to boot; mend or remove it"});
  fs::remove(folder + "/loader/entries/OTHER.CONF");
  ASSERT_TRUE(install(folder, next).has_value());
  EXPECT_FALSE(fs::exists(folder + "/cfsroot/" + kernel));
}

TEST_F(BootFolder, WithAnEntryThatCannotBeReadNothingIsUnused) {
  ASSERT_TRUE(install(folder, entry("a")).has_value());
  fs::create_directory(folder + "/loader/entries/dir.conf");
  NewEntry next = entry("a");
  next.kernel = file("k2", "newer");
  auto done = install(folder, next);
  ASSERT_TRUE(done.has_value()) << done.error().text;
  EXPECT_EQ(done->warnings.size(), 1u);
  EXPECT_EQ(files().size(), 4u);  // the old kernel too
}

TEST_F(BootFolder, WithAnUnreadableDirectoryNothingIsUnused) {
  ASSERT_TRUE(install(folder, entry("a")).has_value());
  NewEntry other = entry("b");
  other.kernel = file("k2", "newer");
  UnreadableDirectory broken("/loader/entries");
  auto done = install(folder, other);
  ASSERT_TRUE(done.has_value()) << done.error().text;
  EXPECT_TRUE(done->removed.empty());
  ASSERT_EQ(done->warnings.size(), 1u);
  EXPECT_NE(done->warnings.front().find("loader/entries"), std::string::npos);
}

TEST_F(BootFolder, DamagedFileIsWrittenAgain) {
  ASSERT_TRUE(install(folder, entry("a")).has_value());
  std::string kernel;
  for (const std::string& name : files())
    if (name.starts_with("cfsroot/linux-")) kernel = folder + "/" + name;
  std::ofstream(kernel) << "damaged";
  ASSERT_TRUE(install(folder, entry("b")).has_value());
  EXPECT_EQ(read_file(kernel).value(), "kernel");
}

TEST_F(BootFolder, LeftoversOfAKilledRunGo) {
  fs::create_directories(folder + "/cfsroot");
  std::string unused = cat(folder, "/cfsroot/linux-", std::string(64, 'a'));
  std::ofstream(unused) << "x";
  ASSERT_TRUE(install(folder, entry("a")).has_value());
  EXPECT_FALSE(fs::exists(unused));
}

}  // namespace
}  // namespace cfs::entry
