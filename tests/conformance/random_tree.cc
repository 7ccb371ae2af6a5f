// SPDX-License-Identifier: LGPL-2.1-or-later

#include "random_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "process.h"
#include "random_spelling.h"

namespace conformance {

namespace {

std::string random_name(Random& random) {
  static const std::string kNames[] = {"00", "ff", "...", "-", "a b", "new\nline", "\xff\xfe", "=", "\\"};
  if (random.percent(10)) return random.pick(kNames);
  std::string name = random_word(random, random.percent(10) ? random.between(200, 255) : random.between(1, 20));
  return name == "." || name == ".." ? "dots" : name;
}

std::string content(Random& random) {
  static constexpr std::size_t kSizes[] = {0,    1,    63,   64,   65,   66,         100,        1000,      4095,
                                           4096, 4097, 8192, 8193, 9000, 128 * 4096, 128 * 4096 + 1, 530000};
  // Few seeds, so that equal files occur.
  std::size_t size = random.percent(70) ? random.pick(kSizes) : random.between(1, 20000);
  Random bytes(random.below(3));
  std::string text;
  while (text.size() < size) text += static_cast<char>(bytes.next() >> 11);
  return text;
}

void make(const std::string& path, const std::vector<std::string>& others, Random& random) {
  switch (random.below(12)) {
    case 0: case 1: case 2: ::mkdir(path.c_str(), 0755); break;
    case 3: (void)!::symlink(random_word(random, random.percent(20) ? random.between(1000, 4095) : random.between(1, 60)).c_str(), path.c_str()); break;
    case 4:
      if (!others.empty()) (void)!::link(random.pick(others).c_str(), path.c_str());
      break;
    case 5: {
      static constexpr unsigned kTypes[] = {S_IFCHR, S_IFCHR, S_IFBLK, S_IFIFO, S_IFSOCK};
      dev_t device = random.percent(50) ? 0 : ::makedev(static_cast<unsigned>(random.below(600)), static_cast<unsigned>(random.below(70000)));
      ::mknod(path.c_str(), random.pick(kTypes) | 0644, device);
      break;
    }
    default: write_file(path, content(random));
  }
}

void set_xattrs(const std::string& path, const std::vector<Xattr>& shared, Random& random) {
  static const std::string kAcl("\2\0\0\0\1\0\6\0\377\377\377\377\2\0\4\0\1\0\0\0\4\0\4\0\377\377\377\377"
                                "\20\0\6\0\377\377\377\377\40\0\4\0\377\377\377\377", 44);
  if (random.percent(50)) return;
  for (std::size_t n = random.between(1, 4); n > 0; --n) {
    Xattr xattr = random.percent(60) ? random.pick(shared) : random_xattr(random);
    if (random.percent(3)) xattr = {"system.posix_acl_access", kAcl};
    // Attributes that turn into something else when an image is read, or that overlayfs lists but
    // cannot show, are for dumps.
    if (xattr.key.find("whiteout") != xattr.key.npos || xattr.key == "trusted.overlay.") continue;
    // What the file system refuses is left out, and what it takes but will not show (some values of
    // security.capability): both tools refuse that, at the first such file that each of them meets.
    ::lsetxattr(path.c_str(), xattr.key.c_str(), xattr.value.data(), xattr.value.size(), 0);
    if (::lgetxattr(path.c_str(), xattr.key.c_str(), nullptr, 0) < 0)
      ::lremovexattr(path.c_str(), xattr.key.c_str());
  }
}

void set_owner_mode_time(const std::string& path, Random& random) {
  static constexpr uid_t kIds[] = {0, 0, 1000, 65535, 65536, 4000000};
  static constexpr mode_t kModes[] = {0644, 0755, 0600, 0777, 04755, 01777, 0};
  if (random.percent(30)) (void)!::lchown(path.c_str(), random.pick(kIds), random.pick(kIds));
  struct stat st;
  if (::lstat(path.c_str(), &st) == 0 && !S_ISLNK(st.st_mode) && random.percent(50))
    ::chmod(path.c_str(), random.pick(kModes));
  timespec times[2] = {{0, 0}, {0, 0}};
  times[1].tv_sec = random.percent(50) ? 1000 : static_cast<time_t>(random.between(0, 2000000000)) - 1000;
  times[1].tv_nsec = random.percent(50) ? 0 : static_cast<long>(random.below(1000000000));
  ::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW);
}

// Pairs of files that share one attribute each, and so many of them that the table of shared
// attributes is larger than the pieces in which images are written.
void make_pairs(const std::string& folder, std::vector<std::string>& all, Random& random) {
  ::mkdir(folder.c_str(), 0755);
  all.push_back(folder);
  for (int i = 0; i < 600; ++i) {
    std::string value = random_word(random, 3500);
    for (const char* twin : {"a", "b"}) {
      std::string path = folder + "/" + std::to_string(i) + twin;
      write_file(path, std::to_string(i / 2) + std::string(100, 'x'));
      ::lsetxattr(path.c_str(), "user.pair", value.data(), value.size(), 0);
      all.push_back(path);
    }
  }
}

}  // namespace

void random_tree(const std::string& root, std::size_t count, Random& random) {
  std::vector<Xattr> shared;
  for (int i = 0; i < 4; ++i) shared.push_back(random_xattr(random));
  std::vector<std::string> directories = {root}, others, all = {root};
  for (std::size_t i = 0; i < count; ++i) {
    std::string path = random.pick(directories) + "/" + random_name(random);
    struct stat st;
    if (path.size() > 3000 || ::lstat(path.c_str(), &st) == 0) continue;
    make(path, others, random);
    if (::lstat(path.c_str(), &st) != 0) continue;
    (S_ISDIR(st.st_mode) ? directories : others).push_back(path);
    all.push_back(path);
  }
  for (const std::string& path : all) set_xattrs(path, shared, random);
  if (random.percent(3)) make_pairs(root + "/pairs", all, random);
  // Children first: making them changes their parents' times.
  std::reverse(all.begin(), all.end());
  for (const std::string& path : all) set_owner_mode_time(path, random);
}

}  // namespace conformance
