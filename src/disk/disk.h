// SPDX-License-Identifier: LGPL-2.1-or-later

// A whole disk from sources: trees or repositories become objects and images, these a sealed ext4,
// that with an EFI system partition a disk. No root, no mount, no copy of the contents anywhere;
// the same sources give the same bytes.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "disk/esp.h"
#include "disk/sources.h"

namespace cfs::disk {

struct DiskOptions {
  std::string output;
  std::vector<Source> sources;
  std::string store;               // contents of dumps
  std::optional<Source> etc, var;  // state
  bool empty_var = false;          // else, without `var`, it is the first image's own /var
  std::vector<std::string> refs;   // names of the images, in order
  bool bare = false;               // an ext4 and nothing around it
  bool qcow2 = false;
  std::vector<EspFile> esp;
  u64 esp_size = 512 << 20;
  u64 size = 0;          // of the disk (bare: of the file system); 0: as large as needed
  u64 free = 256 << 20;  // left for state, when the size is not given
  std::string label = "sysroot";
  std::string uuid;          // of the file system; empty: follows from the content
  std::string architecture;  // for the type of the root partition; empty: this machine's
  std::optional<i64> time;   // of all that no source has a time for; else that of the first tree
  HashAlg alg = HashAlg::kSha256;
  unsigned threads = 1;
  std::function<void(u64 done, u64 total)> progress = {};  // of the files that are written
};

struct DiskResult {
  std::vector<Digest> images;
  std::size_t objects = 0;
  u64 size = 0;
  u64 root_offset = 0;
  u64 root_size = 0;
  u64 free = 0;  // bytes left in the root file system
  std::string root_uuid;
};

// Whether the values can be had, by themselves; the errors name the option.
Result<> check_options(const DiskOptions& options);

// Whether there are `refs` images to be named.
Result<> check_refs(std::size_t refs, std::size_t images);

// Of options that are checked. The old file at `output` is replaced when the new one is complete
// and on the disk; until then, and on every failure, it is as it was.
Result<DiskResult> make_disk(const DiskOptions& options);

}  // namespace cfs::disk
