// SPDX-License-Identifier: LGPL-2.1-or-later

#include "disk/partitions.h"

#include <libfdisk/libfdisk.h>
#include <strings.h>
#include <sys/utsname.h>

#include <memory>

#include "base/text.h"

namespace cfs::disk {

namespace {

struct RootType {
  std::string_view architecture, machine;  // as systemd and as uname call it
  const char* guid;
};

// Discoverable Partitions Specification, "Defined Partition Type UUIDs".
constexpr RootType kRootTypes[] = {
    {"x86-64", "x86_64", "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709"},
    {"x86", "i686", "44479540-F297-41B2-9AF7-D131D5F0458A"},
    {"arm64", "aarch64", "B921B045-1DF0-41C3-AF44-4C6F280D3FAE"},
    {"arm", "armv7l", "69DAD710-2CE4-4E3C-B16C-21A1D49ABED3"},
    {"riscv64", "riscv64", "72EC70A6-CF74-40E6-BD49-4BDA08E8F224"},
    {"ppc64-le", "ppc64le", "C31C45E6-3F39-412E-80FB-4809C4980599"},
    {"s390x", "s390x", "5EEAD9A9-FE09-4A1E-A1D7-520D00531306"},
    {"loongarch64", "loongarch64", "77055800-792C-4F94-B39A-98C91B762BB6"},
};
constexpr const char* kLinuxData = "0FC63DAF-8483-4772-8E79-3D69D8477DE4";

struct Unref {
  void operator()(fdisk_context* p) const { fdisk_unref_context(p); }
  void operator()(fdisk_partition* p) const { fdisk_unref_partition(p); }
  void operator()(fdisk_parttype* p) const { fdisk_unref_parttype(p); }
  void operator()(fdisk_table* p) const { fdisk_unref_table(p); }
};
using Context = std::unique_ptr<fdisk_context, Unref>;

Result<Context> open_disk(const std::string& path, bool read_only) {
  Context context(fdisk_new_context());
  fdisk_disable_dialogs(context.get(), 1);
  if (int code = fdisk_assign_device(context.get(), path.c_str(), read_only))
    return fail(-code, "open the partition table");
  return context;
}

Result<> check(int code, std::string_view what) {
  if (code < 0) return fail(-code, cat("partition table: ", what));
  return {};
}

Result<> add_partition(fdisk_context* context, std::size_t number, const Partition& partition) {
  const u64 sector = fdisk_get_sector_size(context);
  std::unique_ptr<fdisk_partition, Unref> made(fdisk_new_partition());
  std::unique_ptr<fdisk_parttype, Unref> type(
      fdisk_label_parse_parttype(fdisk_get_label(context, nullptr), partition.type.c_str()));
  fdisk_partition_set_partno(made.get(), number);
  fdisk_partition_set_type(made.get(), type.get());
  fdisk_partition_set_name(made.get(), partition.name.c_str());
  fdisk_partition_set_uuid(made.get(), partition.uuid.c_str());
  if (partition.grow) fdisk_partition_set_attrs(made.get(), "GUID:59");
  fdisk_partition_set_start(made.get(), partition.start / sector);
  fdisk_partition_set_size(made.get(), partition.size / sector);
  return check(fdisk_add_partition(context, made.get(), nullptr), partition.name);
}

// 2 for the type of a root partition, 1 for Linux data, 0 for any other.
int rank(const char* type) {
  for (const RootType& root : kRootTypes)
    if (::strcasecmp(type, root.guid) == 0) return 2;
  return ::strcasecmp(type, kLinuxData) == 0;
}

}  // namespace

const char* root_type(std::string_view architecture) {
  for (const RootType& root : kRootTypes)
    if (root.architecture == architecture) return root.guid;
  return nullptr;
}

std::string root_architectures() {
  std::string all;
  for (const RootType& root : kRootTypes) all += cat(all.empty() ? "" : ", ", root.architecture);
  return all;
}

std::string_view native_architecture() {
  utsname name;
  ::uname(&name);
  for (const RootType& root : kRootTypes)
    if (root.machine == name.machine) return root.architecture;
  return {};
}

Result<> write_partitions(int fd, const std::string& disk_uuid,
                          const std::vector<Partition>& partitions) {
  TRY_ASSIGN(Context context, open_disk(cat("/proc/self/fd/", fd), false));
  TRY(check(fdisk_create_disklabel(context.get(), "gpt"), "create"));
  TRY(check(fdisk_set_disklabel_id_from_string(context.get(), disk_uuid.c_str()), "identifier"));
  for (std::size_t i = 0; i < partitions.size(); ++i)
    TRY(add_partition(context.get(), i, partitions[i]));
  TRY(check(fdisk_write_disklabel(context.get()), "write"));
  return check(fdisk_deassign_device(context.get(), 1), "close");
}

Result<std::optional<Place>> find_root(const std::string& disk) {
  auto context = open_disk(disk, true);
  if (!context || !fdisk_is_label(context->get(), GPT)) return std::nullopt;
  fdisk_table* listed = nullptr;
  TRY(check(fdisk_get_partitions(context->get(), &listed), "read"));
  std::unique_ptr<fdisk_table, Unref> table(listed);
  const u64 sector = fdisk_get_sector_size(context->get());
  std::vector<Place> found[3];
  for (std::size_t i = 0; i < fdisk_table_get_nents(listed); ++i) {
    fdisk_partition* each = fdisk_table_get_partition(listed, i);
    const char* type = fdisk_parttype_get_string(fdisk_partition_get_type(each));
    found[type ? rank(type) : 0].push_back(
        {fdisk_partition_get_start(each) * sector, fdisk_partition_get_size(each) * sector});
  }
  const auto& candidates = found[2].empty() ? found[1] : found[2];
  if (candidates.size() != 1)
    return fail_with(EINVAL, cat("has ", candidates.size(),
                                 " partitions that may hold the root; name its device, or a file "
                                 "with that partition alone"));
  return candidates[0];
}

}  // namespace cfs::disk
