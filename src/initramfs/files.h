// SPDX-License-Identifier: LGPL-2.1-or-later

// The files of an initramfs as the kernel would unpack them: later ones replace earlier ones, and
// directories may be reached through links that were unpacked before.

#pragma once

#include <sys/stat.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"

namespace cfs::initramfs {

struct Node {
  u32 mode = 0;
  std::string content;  // of a file, as far as it was kept; of a symlink, where it points

  bool is_file() const { return S_ISREG(mode); }
  bool is_program() const { return is_file() && (mode & 0111) != 0 && !content.empty(); }
  bool is_link() const { return S_ISLNK(mode); }
  bool is_directory() const { return S_ISDIR(mode); }
};

class Files {
 public:
  Files();

  // Puts `node` at `path`. False where the kernel could not: the parent is no directory.
  bool add(std::string_view path, std::shared_ptr<Node> node);

  // Where `path` really is, links followed: "usr/lib/x", the root is ""; nothing if it is nowhere.
  std::optional<std::string> resolve(std::string_view path) const;
  // What is there; null if nothing.
  const Node* find(std::string_view path) const;
  std::shared_ptr<Node> share(std::string_view path) const;
  // The same, but a link at the end is returned and not followed.
  const Node* find_no_follow(std::string_view path) const;
  // Names in the directory, sorted; none if there is no such directory.
  std::vector<std::string> list(std::string_view directory) const;
  // Paths of all files below the directory, sorted.
  std::vector<std::string> list_deep(std::string_view directory) const;

 private:
  std::optional<std::string> place(std::string_view path, bool follow_last, int links_left) const;

  std::map<std::string, std::shared_ptr<Node>, std::less<>> nodes_;
};

}  // namespace cfs::initramfs
