// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "archive/libarchive.h"
#include "tree/tree.h"

namespace cfs::archive {

inline constexpr std::size_t kPathMax = 16384;  // of a member; more than any file system resolves

// What one header of a tar stream says, checked, in our words.
struct Member {
  std::string path;                      // canonical: "a/b", the root is ""
  std::optional<std::string> hard_link;  // path of a member before it; nothing else is set then
  tree::Inode inode;                     // without text, attributes and digest
  std::string target;                    // of a symlink
  std::vector<std::pair<std::string, std::string>> xattrs;  // by name, each name once
};

// Errors are about the member, without its name.
Result<Member> read_member(struct ::archive_entry* entry);

}  // namespace cfs::archive
