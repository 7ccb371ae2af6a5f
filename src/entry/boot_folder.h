// SPDX-License-Identifier: LGPL-2.1-or-later

// The file system that a boot loader reads, mounted somewhere or a directory that becomes one:
//
//     loader/entries/NAME.conf
//     cfsroot/linux-DIGEST, cfsroot/initrd-DIGEST      each once, named by their fs-verity digest
//
// No file that an entry refers to is ever changed: an entry that is replaced points to files of its
// own until the rename that replaces it, and entries with the same kernel share it.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "entry/loader_entry.h"

namespace cfs::entry {

struct NewEntry {
  std::string name;  // is_entry_name()
  std::optional<u32> tries;
  LoaderEntry lines;   // without kernel and initrds
  std::string kernel;  // files to copy
  std::vector<std::string> initrds;
};

struct Installed {
  std::string file;                   // below the folder
  std::vector<std::string> copied;    // as in the entry: from the root of the partition
  std::vector<std::string> removed;   // entries replaced, files that no entry refers to any more
  std::vector<std::string> warnings;  // what should have been removed and could not be
};

// Durable when it returns; whether what is of no use any more could be removed does not matter to
// that. On failure, and after being killed, the entries are as they were; ENOSPC, before anything
// is written, when the folder's file system lacks room for the copies.
Result<Installed> install(const std::string& folder, NewEntry entry);

}  // namespace cfs::entry
