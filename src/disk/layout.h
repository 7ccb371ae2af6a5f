// SPDX-License-Identifier: LGPL-2.1-or-later

// What a file system shall hold: a repository in the layout of composefs-rs, and the state beside
// it.
//
//   /composefs/                        0700
//     meta.json                        sealed: it says that all objects are
//     objects/xx/rest                  contents and images, sealed
//     images/DIGEST -> ../objects/xx/rest
//     images/refs/NAME -> ../DIGEST    one more "../" for every slash in NAME
//     streams/…                        as a repository has them
//   /state/deploy/DIGEST/etc/{upper,work}
//   /state/deploy/DIGEST/var -> ../../os/default/var
//   /state/os/default/var              shared by all images

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "disk/objects.h"
#include "tree/tree.h"

namespace cfs::disk {

struct FileContent {
  u32 object = Objects::kNone;  // none: the content is in the tree, or there is none
  bool sealed = false;          // gets fs-verity
};

struct Layout {
  Tree tree;
  std::vector<FileContent> contents;  // by inode id
};

// A directory of a tree that becomes state, with what is in it; its contents are in Objects.
struct Seed {
  const Tree* tree = nullptr;
  tree::InodeId directory = tree::kRoot;
};

struct Plan {
  Digest metadata = {};  // of meta.json's text, an object
  i64 time = 0;          // of all that no source has a time for
  std::vector<Digest> images = {};
  std::map<std::string, Digest> refs = {};          // by name
  std::map<std::string, std::string> streams = {};  // targets of links by path below streams/
  std::optional<Seed> etc = {}, var = {};
};

Result<Layout> make_layout(const Plan& plan, const Objects& objects);

}  // namespace cfs::disk
