// SPDX-License-Identifier: LGPL-2.1-or-later

#include "init/root_device.h"

#include <blkid/blkid.h>
#include <strings.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "base/fd.h"
#include "base/text.h"

namespace cfs::init {

namespace {

struct Close {
  void operator()(blkid_probe probe) const { blkid_free_probe(probe); }
};
using Probe = std::unique_ptr<std::remove_pointer_t<blkid_probe>, Close>;

// What libblkid can say about one device: its file system, or its entry in a partition table. Both
// at once would lose the entry of a partition with signs of several file systems. `file` stays
// open.
Probe look_at(int file, bool partition) {
  Probe probe(blkid_new_probe());
  if (!probe || blkid_probe_set_device(probe.get(), file, 0, 0) < 0) return nullptr;
  blkid_probe_enable_superblocks(probe.get(), !partition);
  blkid_probe_set_superblocks_flags(probe.get(),
                                    BLKID_SUBLKS_UUID | BLKID_SUBLKS_LABEL | BLKID_SUBLKS_TYPE);
  blkid_probe_enable_partitions(probe.get(), partition);
  blkid_probe_set_partitions_flags(probe.get(), BLKID_PARTS_ENTRY_DETAILS);
  // 1: nothing found; below: an error, or more than one thing.
  return blkid_do_safeprobe(probe.get()) >= 0 ? std::move(probe) : nullptr;
}

std::string value_of(const Probe& probe, const char* name) {
  const char* value = nullptr;
  if (!probe || blkid_probe_lookup_value(probe.get(), name, &value, nullptr) < 0) return "";
  return value;
}

// "UUID=…" against what the device says; identifiers are the same in either case, labels are not.
bool is_named(int file, const std::string& device) {
  std::size_t equals = device.find('=');
  std::string kind = device.substr(0, equals), wanted = device.substr(equals + 1);
  bool partition = kind.starts_with("PART");
  if (partition) kind = kind == "PARTUUID" ? "PART_ENTRY_UUID" : "PART_ENTRY_NAME";
  std::string found = value_of(look_at(file, partition), kind.c_str());
  if (kind == "UUID" || kind == "PART_ENTRY_UUID")
    return ::strcasecmp(found.c_str(), wanted.c_str()) == 0;
  return found == wanted;
}

// The last word of each line but the title.
Result<std::vector<std::string>> list_devices() {
  TRY_ASSIGN(std::string table, read_file("/proc/partitions"));
  std::vector<std::string> out;
  for (std::string_view rest = table; !rest.empty();) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    std::string_view name = line.substr(line.rfind(' ') + 1);
    if (!name.empty() && name != "#blocks" && name != "name") out.push_back(cat("/dev/", name));
  }
  return out;
}

Result<> mount_device(const RootDevice& device, const RootOptions& root, const std::string& where) {
  std::vector<std::string> types = root.types;
  if (types.empty() && !device.type.empty()) types = {device.type};
  if (types.empty())
    return fail_with(EINVAL, cat(device.path, " has no file system that I know; say rootfstype="));
  const unsigned long flags = root.writable ? 0UL : unsigned{MS_RDONLY};
  Error error;
  for (const std::string& type : types) {
    if (::mount(device.path.c_str(), where.c_str(), type.c_str(), flags, root.flags.c_str()) == 0)
      return {};
    // Of several errors the one that says more than "another type, or another option".
    if (error.code != 0 && errno == EINVAL) continue;
    error = Error{errno, cat("mount ", device.path, " as ", type, ": ", Error::describe(errno))};
    if (error.code == ENODEV) error.text += "; is its module in the initramfs?";
  }
  if (error.code == EINVAL && !root.flags.empty())
    error.text += cat("; is `rootflags=", printable(root.flags), "` right?");
  return tl::make_unexpected(std::move(error));
}

}  // namespace

Result<std::optional<RootDevice>> find_root_device(const std::string& device) {
  std::vector<std::string> candidates = {device};
  bool by_path = device.starts_with('/');
  if (!by_path) {
    TRY_ASSIGN(candidates, list_devices());
  }
  for (const std::string& path : candidates) {
    struct stat st;
    if (::stat(path.c_str(), &st) < 0 || !S_ISBLK(st.st_mode)) continue;
    auto file = open_file(path, O_RDONLY);
    if (!file) continue;
    if (by_path || is_named(file->get(), device))
      return RootDevice{path, value_of(look_at(file->get(), false), "TYPE")};
  }
  return std::nullopt;
}

Result<> mount_root(const RootOptions& root, const std::string& where) {
  ::sleep(root.delay);
  constexpr unsigned kTriesASecond = 10;
  for (u64 tries = 0;; ++tries) {
    TRY_ASSIGN(auto device, find_root_device(root.device));
    if (device) return mount_device(*device, root, where);
    if (root.wait && tries >= u64{*root.wait} * kTriesASecond)
      return fail_with(ENODEV, cat("no device for `root=", printable(root.device), "` after ",
                                   *root.wait, " seconds; is its driver in the initramfs?"));
    ::usleep(1'000'000 / kTriesASecond);
  }
}

}  // namespace cfs::init
