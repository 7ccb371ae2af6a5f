// SPDX-License-Identifier: LGPL-2.1-or-later

// GPT partition tables, through libfdisk.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace cfs::disk {

struct Partition {
  std::string type;  // GUID of the Discoverable Partitions Specification
  std::string name;
  std::string uuid;
  u64 start = 0;  // bytes
  u64 size = 0;
  bool grow = false;  // the file system grows to the size of the partition (GPT flag 59)
};

inline constexpr const char* kEspType = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B";
// The type of a root partition for an architecture as systemd calls it ("x86-64", "arm64"…);
// nullptr for one that is not known.
const char* root_type(std::string_view architecture);
// All that are, with commas between.
std::string root_architectures();
// Of this machine; empty if it is none of them.
std::string_view native_architecture();

// Writes a protective MBR and both tables into `fd`, a file of its final size.
Result<> write_partitions(int fd, const std::string& disk_uuid,
                          const std::vector<Partition>& partitions);

struct Place {
  u64 offset = 0;  // bytes
  u64 size = 0;
};
// Where the root file system of a disk is: nothing when there is no readable GPT, else the place of
// the only partition whose type is a root's, or the only one of Linux data. Fails with EINVAL when
// there is none or more than one.
Result<std::optional<Place>> find_root(const std::string& disk);

}  // namespace cfs::disk
