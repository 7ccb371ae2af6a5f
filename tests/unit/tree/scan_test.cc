// SPDX-License-Identifier: LGPL-2.1-or-later

// The referee is find: what it prints of a directory is what a scan must have seen.

#include "tree/scan.h"

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/fd.h"
#include "base/text.h"
#include "tests/unit/unreadable_directory.h"
#include "tree/walk.h"

namespace cfs::tree {
namespace {

std::string sorted(std::vector<std::string> lines) {
  std::ranges::sort(lines);
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

// As find -printf '/%P %m %U %G %T@ ', with the size of files and symlinks and the target of these.
std::string listing(const Tree& tree) {
  std::vector<std::string> lines;
  walk(tree, [&](std::string_view path, const Entry& entry) {
    const Inode& inode = tree[entry.inode];
    char fields[128];
    std::snprintf(fields, sizeof fields, " %c %o %u %u %lld.%09u0",
                  "?pc?d?b?-?l?s???"[inode.mode >> 12], inode.mode & 07777u, inode.uid, inode.gid,
                  static_cast<long long>(inode.mtime), inode.mtime_nsec);
    std::string line = cat(path, fields);
    if (inode.is_regular() || inode.is_symlink()) line += cat(" ", inode.size);
    if (inode.is_symlink()) line += cat(" ", inode.data());
    EXPECT_EQ(inode.nlink, 1u) << path;
    lines.push_back(line);
    return true;
  });
  return sorted(lines);
}

std::string find(const std::string& directory) {
  std::string command =
      cat("find ", directory, " -mindepth 1 -printf '/%P %M %m %U %G %T@' ",
          "'(' -type l -printf ' %s %l\\n' -o -type f -printf ' %s\\n' -o -printf '\\n' ')'");
  std::vector<std::string> lines;
  std::FILE* pipe = ::popen(command.c_str(), "r");
  for (char buffer[8192]; std::fgets(buffer, sizeof buffer, pipe);) {
    std::string line = buffer;
    line.pop_back();
    line.erase(line.find(' ') + 2, 9);  // of drwxr-xr-x only the type
    lines.push_back(line);
  }
  EXPECT_EQ(::pclose(pipe), 0) << command;
  return sorted(lines);
}

std::vector<std::string> xattrs_of(const Tree& tree, InodeId id) {
  std::vector<std::string> list;
  for (XattrId each : tree.xattrs().set(tree[id].xattrs)) {
    const Xattr& xattr = tree.xattrs().pair(each);
    if (!xattr.key.starts_with("security.")) list.push_back(cat(xattr.key, "=", xattr.value));
  }
  std::ranges::sort(list);
  return list;
}

InodeId inode_at(const Tree& tree, std::string_view wanted) {
  InodeId id = ~InodeId{0};
  walk(tree, [&](std::string_view path, const Entry& entry) {
    if (path == wanted) id = entry.inode;
    return path != wanted;
  });
  EXPECT_NE(id, ~InodeId{0}) << wanted;
  return id;
}

std::vector<std::string> names_of(const Tree& tree) {
  std::vector<std::string> names;
  walk(tree, [&](std::string_view path, const Entry&) { return names.emplace_back(path), true; });
  return names;
}

class Scan : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/cfs-scan-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    dir_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  std::string path(std::string_view name) const { return cat(dir_, "/", name); }
  void file(std::string_view name, std::string_view content = "") {
    std::ofstream(path(name)) << content;
  }
  void directory(std::string_view name) { std::filesystem::create_directories(path(name)); }

  // Every type of file, in a few directories.
  void fill() {
    directory("a/b/c");
    directory("empty");
    for (int i = 0; i < 300; ++i)
      file(cat("a/b/", i), std::string(static_cast<std::size_t>(i), 'x'));
    std::filesystem::create_symlink("/nowhere", path("a/dangling"));
    std::filesystem::create_symlink("b", path("a/to-directory"));
    std::filesystem::create_symlink(std::string(4095, 't'), path("longest"));
    ::mkfifo(path("pipe").c_str(), 0640);
    ::mknod(path("socket").c_str(), S_IFSOCK | 0600, 0);
    std::filesystem::create_hard_link(path("a/b/7"), path("a/b/c/7"));
    file(std::string(255, 'n'));
    ::chmod(path("a/b/8").c_str(), 06711);
    const timespec before_1970[2] = {{-5, 999999999}, {-5, 999999999}};
    ::utimensat(AT_FDCWD, path("a/b/9").c_str(), before_1970, 0);
    if (::geteuid() == 0) {
      EXPECT_EQ(::lchown(path("a/dangling").c_str(), 70000, 4294967294u), 0);
    }
  }

  std::string dir_;
};

TEST_F(Scan, SeesWhatFindSees) {
  fill();
  ::utimensat(AT_FDCWD, path("a/b/9").c_str(), nullptr, 0);  // find rounds times before 1970
  for (unsigned threads : {1u, 2u, 9u}) {
    auto tree = scan(dir_, {.threads = threads});
    ASSERT_TRUE(tree) << tree.error().text;
    EXPECT_EQ(listing(*tree), find(dir_)) << threads << " threads";
  }
}

TEST_F(Scan, TimesBefore1970) {
  fill();
  auto tree = scan(dir_, {});
  ASSERT_TRUE(tree);
  const Inode& inode = (*tree)[inode_at(*tree, "/a/b/9")];
  EXPECT_EQ(inode.mtime, -5);
  EXPECT_EQ(inode.mtime_nsec, 999999999u);
}

TEST_F(Scan, UseEpoch) {
  fill();
  auto tree = scan(dir_, {.use_epoch = true});
  ASSERT_TRUE(tree);
  for (InodeId id = 0; id < tree->inode_count(); ++id) {
    EXPECT_EQ((*tree)[id].mtime, 0);
    EXPECT_EQ((*tree)[id].mtime_nsec, 0u);
  }
}

TEST_F(Scan, Xattrs) {
  directory("d");
  file("d/f");
  const std::string binary("\0\n\xff", 3), long_value(3000, 'v');
  ASSERT_EQ(::setxattr(path("d/f").c_str(), "user.binary", binary.data(), binary.size(), 0), 0);
  ASSERT_EQ(::setxattr(path("d/f").c_str(), "user.long", long_value.data(), long_value.size(), 0),
            0);
  ASSERT_EQ(::setxattr(path("d").c_str(), "user.empty", "", 0, 0), 0);
  ASSERT_EQ(::setxattr(dir_.c_str(), "user.root", "r", 1, 0), 0);
  std::vector<std::string> of_link;
  std::filesystem::create_symlink("f", path("d/l"));
  if (::lsetxattr(path("d/l").c_str(), "trusted.own", "1", 1, 0) == 0)
    of_link.push_back("trusted.own=1");

  const std::vector<std::string> of_file = {cat("user.binary=", binary),
                                            cat("user.long=", long_value)};
  auto tree = scan(dir_, {});
  ASSERT_TRUE(tree) << tree.error().text;
  EXPECT_EQ(xattrs_of(*tree, kRoot), std::vector<std::string>{"user.root=r"});
  EXPECT_EQ(xattrs_of(*tree, inode_at(*tree, "/d")), std::vector<std::string>{"user.empty="});
  EXPECT_EQ(xattrs_of(*tree, inode_at(*tree, "/d/f")), of_file);
  EXPECT_EQ(xattrs_of(*tree, inode_at(*tree, "/d/l")), of_link);

  auto user = scan(dir_, {.user_xattrs = true});
  EXPECT_EQ(xattrs_of(*user, inode_at(*user, "/d/f")), of_file);
  EXPECT_TRUE(xattrs_of(*user, inode_at(*user, "/d/l")).empty());
  auto none = scan(dir_, {.skip_xattrs = true});
  for (InodeId id = 0; id < none->inode_count(); ++id) EXPECT_EQ((*none)[id].xattrs, 0u);
}

TEST_F(Scan, Devices) {
  if (::mknod(path("c").c_str(), S_IFCHR | 0600, makedev(4095, 0xfffff)) != 0)
    GTEST_SKIP() << "devices need root";
  ASSERT_EQ(::mknod(path("b").c_str(), S_IFBLK | 0600, makedev(8, 1)), 0);
  ASSERT_EQ(::mknod(path("whiteout").c_str(), S_IFCHR, 0), 0);
  file("f");
  auto tree = scan(dir_, {});
  EXPECT_EQ((*tree)[inode_at(*tree, "/c")].rdev, 0xffffffffu);
  EXPECT_EQ((*tree)[inode_at(*tree, "/b")].rdev, 0x801u);
  EXPECT_TRUE((*tree)[inode_at(*tree, "/whiteout")].is_whiteout());
  EXPECT_EQ(names_of(*scan(dir_, {.skip_devices = true})), std::vector<std::string>{"/f"});
  directories_list_types = false;
  EXPECT_EQ(names_of(*scan(dir_, {.skip_devices = true})), std::vector<std::string>{"/f"});
  directories_list_types = true;
}

// By directory and name: the same name elsewhere is seen.
TEST_F(Scan, HiddenNames) {
  directory("sub");
  for (const char* name : {"image", "image2", ".tmp.1", "sub/image", "sub/.tmp.1"}) file(name);
  struct stat st;
  ASSERT_EQ(::stat(dir_.c_str(), &st), 0);
  auto tree = scan(
      dir_, {.hidden = {{st.st_dev, st.st_ino, "image"}, {st.st_dev, st.st_ino, ".tmp.", true}}});
  EXPECT_EQ(names_of(*tree),
            (std::vector<std::string>{"/image2", "/sub", "/sub/.tmp.1", "/sub/image"}));
}

TEST_F(Scan, PathsLongerThanPathMax) {
  const std::string name(200, 'd');
  constexpr std::size_t kDepth = 60;
  Fd at(::open(dir_.c_str(), O_PATH));
  for (std::size_t i = 0; i < kDepth; ++i) {
    ASSERT_EQ(::mkdirat(at.get(), name.c_str(), 0755), 0);
    at = Fd(::openat(at.get(), name.c_str(), O_PATH));
  }
  ASSERT_EQ(::mknodat(at.get(), "f", S_IFREG | 0600, 0), 0);
  auto tree = scan(dir_, {.threads = 2});
  ASSERT_TRUE(tree) << tree.error().text;
  EXPECT_EQ(tree->inode_count(), kDepth + 2);
  EXPECT_EQ(names_of(*tree).back().size(), kDepth * (name.size() + 1) + 2);
}

TEST_F(Scan, SpellingsOfTheSource) {
  fill();
  const std::string expected = listing(*scan(dir_, {}));
  for (const char* suffix : {"/", "///", "/.", "/a/.."})
    EXPECT_EQ(listing(*scan(dir_ + suffix, {})), expected) << suffix;
}

// Where a container forbids unshare, the same tree is found another way.
TEST_F(Scan, WithoutUnshare) {
  fill();
  ASSERT_EQ(::setxattr(path("a/b/1").c_str(), "user.x", "y", 1, 0), 0);
  const std::string expected = listing(*scan(dir_, {}));
  std::fflush(nullptr);
  pid_t child = ::fork();
  if (child == 0) {
    sock_filter rules[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
                           BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 0, 1),
                           BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
                           BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    sock_fprog program{4, rules};
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
    if (::unshare(CLONE_FS) == 0) ::_exit(2);
    auto tree = scan(dir_, {.threads = 3});
    if (!tree) ::_exit(3);
    if (listing(*tree) != expected) ::_exit(4);
    if (xattrs_of(*tree, inode_at(*tree, "/a/b/1")) != std::vector<std::string>{"user.x=y"})
      ::_exit(5);
    ::_exit(0);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(Scan, Errors) {
  file("f", "content");
  auto missing = scan(path("missing"), {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ENOENT);
  EXPECT_EQ(missing.error().text,
            cat("error accessing ", path("missing"), ": No such file or directory"));
  auto both = scan(dir_, {.skip_xattrs = true, .user_xattrs = true});
  ASSERT_FALSE(both);
  EXPECT_EQ(both.error().code, EINVAL);
  auto not_a_directory = scan(path("f"), {});
  ASSERT_TRUE(not_a_directory);
  EXPECT_TRUE((*not_a_directory)[kRoot].is_regular());
}

// Of several errors the first by path, not by time.
TEST_F(Scan, TheSameErrorWithAnyNumberOfThreads) {
  for (int i = 0; i < 40; ++i) {
    directory(cat("d", i));
    for (const char* name : {"bad", "good", "worse"}) {
      const std::string each = path(cat("d", i, "/", name));
      std::ofstream{each};
      // The kernel stores an empty one and then refuses to read it.
      if (*name == 'g') continue;
      if (::setxattr(each.c_str(), "security.capability", "", 0, 0) != 0)
        GTEST_SKIP() << "file capabilities need root";
    }
  }
  for (unsigned threads : {1u, 2u, 9u}) {
    auto tree = scan(dir_, {.threads = threads});
    ASSERT_FALSE(tree);
    EXPECT_EQ(tree.error().text, cat("error accessing ", path("d0/bad"), ": Invalid argument"));
  }
}

// The caller's working directory stays what it was.
TEST_F(Scan, KeepsTheWorkingDirectory) {
  fill();
  const auto before = std::filesystem::current_path();
  ASSERT_TRUE(scan(dir_, {.threads = 4}));
  EXPECT_EQ(std::filesystem::current_path(), before);
}

}  // namespace
}  // namespace cfs::tree
