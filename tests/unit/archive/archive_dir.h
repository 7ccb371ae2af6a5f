// SPDX-License-Identifier: LGPL-2.1-or-later

// A scratch directory, the system's tar to make archives of it, and headers made by hand for
// archives that no tar would make.

#pragma once

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "archive/tar.h"
#include "base/fd.h"
#include "base/text.h"
#include "tree/walk.h"

namespace cfs::archive {

class ArchiveDir : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/cfs-archive-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    dir_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  std::string path(std::string_view name) const { return cat(dir_, "/", name); }
  void file(const std::string& name, std::string_view content) {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << content;
  }
  // Runs a command in the scratch directory.
  void sh(const std::string& command) {
    ASSERT_EQ(std::system(cat("cd ", dir_, " && ", command).c_str()), 0) << command;
  }

  Result<Tree> read(const std::string& name, ContentSink* sink = nullptr,
                    const ReadOptions& options = {}) {
    TRY_ASSIGN(Fd fd, open_file(path(name), O_RDONLY));
    return read_tar(fd.get(), {}, options, sink);
  }
  // An archive given as bytes; `end` adds the end mark.
  Result<Tree> read_bytes(const std::string& bytes, bool end = true,
                          const ReadOptions& options = {}) {
    Fd fd(::memfd_create("archive", MFD_CLOEXEC));
    std::string all = end ? bytes + std::string(1024, '\0') : bytes;
    TRY(write_all(fd.get(), as_bytes(all)));
    ::lseek(fd.get(), 0, SEEK_SET);
    return read_tar(fd.get(), {}, options, nullptr);
  }
  std::string error_of(const std::string& bytes, bool end = true, const ReadOptions& options = {}) {
    auto tree = read_bytes(bytes, end, options);
    return tree ? "no error" : tree.error().text;
  }

  std::string dir_;
};

// A ustar member: header and padded content.
inline std::string member(const std::string& name, char type = '0', const std::string& content = {},
                          const std::string& link = {}, u64 size = ~u64{0}) {
  std::string header(512, '\0');
  auto put = [&](std::size_t at, const std::string& text) {
    header.replace(at, text.size(), text);
  };
  auto octal_field = [&](std::size_t at, std::size_t width, u64 value) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "%0*llo", static_cast<int>(width - 1),
                  static_cast<unsigned long long>(value));
    put(at, digits);
  };
  put(0, name.substr(0, 100));
  octal_field(100, 8, type == '5' ? 0755 : 0644);
  octal_field(108, 8, 0);
  octal_field(116, 8, 0);
  octal_field(124, 12, size == ~u64{0} ? content.size() : size);
  octal_field(136, 12, 7);
  header[156] = type;
  put(157, link.substr(0, 100));
  put(257, std::string("ustar\00000", 8));
  put(148, "        ");
  u64 sum = 0;
  for (char c : header) sum += static_cast<unsigned char>(c);
  octal_field(148, 7, sum);
  return header + content + std::string((512 - content.size() % 512) % 512, '\0');
}

// A pax header with one record, for the member behind it.
inline std::string pax(const std::string& key, const std::string& value) {
  std::size_t rest = key.size() + value.size() + 3, size = rest + 1;
  while (std::to_string(size).size() + rest != size) ++size;
  return member("PaxHeaders/x", 'x', cat(size, " ", key, "=", value, "\n"));
}

// One line for every entry: path, mode, owner, time, size, link count, device, text or digest,
// attributes.
inline std::string describe(const Tree& tree, bool contents = true) {
  std::string out;
  auto line = [&](std::string_view name, const tree::Inode& inode) {
    append_to(out, cat(printable(name, 9999), " ", octal(inode.mode), " ", inode.uid, ":",
                       inode.gid, " ", inode.mtime, ".", inode.mtime_nsec, " ", inode.size, " ",
                       inode.nlink, " ", inode.rdev));
    if (contents || !inode.is_regular()) out += cat(" ", printable(inode.data(), 9999));
    std::vector<std::string> list;
    for (tree::XattrId id : tree.xattrs().set(inode.xattrs))
      list.push_back(cat(" ", printable(tree.xattrs().pair(id).key), "=",
                         printable(tree.xattrs().pair(id).value)));
    std::ranges::sort(list);
    for (const auto& text : list) out += text;
    out += "\n";
  };
  line("/", tree[tree::kRoot]);
  tree::walk(tree, [&](std::string_view name, const tree::Entry& entry) {
    line(name, tree[entry.inode]);
    return true;
  });
  return out;
}

}  // namespace cfs::archive
