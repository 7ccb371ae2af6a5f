// SPDX-License-Identifier: LGPL-2.1-or-later

// Archives of the form newc, as the kernel's documentation (buffer-format.rst) describes them.

#pragma once

#include <sys/stat.h>

#include <cstdio>
#include <string>
#include <string_view>

namespace cfs::initramfs {

class Cpio {
 public:
  // With `inode` and `links` names of one file can be given; else each is its own.
  Cpio& add(std::string_view name, unsigned mode, std::string_view content = "", unsigned inode = 0,
            unsigned links = 1) {
    if (inode == 0) inode = ++inode_;
    char header[111];
    std::snprintf(header, sizeof header,
                  "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", inode, mode, 0u, 0u,
                  links, 0u, static_cast<unsigned>(content.size()), 0u, 0u, 0u, 0u,
                  static_cast<unsigned>(name.size() + 1), 0u);
    text_ += header;
    text_ += name;
    text_ += '\0';
    pad();
    text_ += content;
    pad();
    return *this;
  }
  Cpio& directory(std::string_view name) { return add(name, S_IFDIR | 0755); }
  Cpio& file(std::string_view name, std::string_view content) {
    return add(name, S_IFREG | 0644, content);
  }
  Cpio& program(std::string_view name) { return add(name, S_IFREG | 0755, "#!"); }
  Cpio& link(std::string_view name, std::string_view target) {
    return add(name, S_IFLNK | 0777, target);
  }
  std::string end() {
    inode_ = 0;
    add("TRAILER!!!", 0);
    return text_;
  }

 private:
  void pad() { text_.resize((text_.size() + 3) / 4 * 4); }
  std::string text_;
  unsigned inode_ = 1000;
};

}  // namespace cfs::initramfs
