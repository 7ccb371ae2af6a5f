// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/record.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>

#include "base/output_file.h"
#include "base/text.h"
#include "sys/mount_info.h"

namespace cfs::boot {

namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<u8>(c) < ' ') {
      out += "\\u00";
      append_hex(out, as_bytes({&c, 1}));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string_view name(Proof proof) {
  constexpr std::string_view names[] = {"store", "initramfs", "memory"};
  return names[static_cast<std::size_t>(proof)];
}

Result<> make_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0755) < 0 && errno != EEXIST) return fail(errno, cat("create ", path));
  return {};
}

Result<> write_file(const std::string& path, std::string_view text) {
  auto write = [&]() -> Result<> {
    TRY_ASSIGN(OutputFile file, OutputFile::create(path));
    TRY(write_all(file.fd(), as_bytes(text)));
    return file.commit();
  };
  if (auto written = write(); !written) return in_context(path, std::move(written).error());
  return {};
}

}  // namespace

std::string Booted::json() const {
  return cat("{\n  \"version\": 1,\n  \"digest\": ", quoted(digest.hex()),
             ",\n  \"signed\": ", signed_name.empty() ? "null" : quoted(signed_name),
             ",\n  \"algorithm\": ", quoted(cat("fsverity-", fsverity::name(digest.alg), "-12")),
             ",\n  \"verity\": ", quoted(verified ? "require" : "off"),
             ",\n  \"image\": ", quoted(name(proof)),
             ",\n  \"source\": ", quoted(cat("composefs:", digest.hex())),
             ",\n  \"sysroot\": ", quoted(sysroot), ",\n  \"kernel\": ", quoted(kernel),
             ",\n  \"erofs\": ", quoted(backing == mount::Backing::kFile ? "file" : "loop"),
             ",\n  \"root\": ", quoted(transient ? "transient" : "read-only"),
             ",\n  \"etc\": ", quoted(name(etc)), ",\n  \"var\": ", quoted(name(var)), "\n}\n");
}

Result<> write_booted(const std::string& run, const Booted& booted) {
  TRY(make_directory(run + "/composefs"));
  return write_file(run + "/composefs/booted.json", booted.json());
}

dev_t device_below(int directory) {
  struct stat st;
  if (::fstat(directory, &st) < 0) return 0;
  if (major(st.st_dev) != 0) return st.st_dev;
  // An anonymous number, as btrfs has: the device is the mount's source.
  auto info = sys::mount_info(directory);
  if (!info || ::stat(info->source.c_str(), &st) < 0 || !S_ISBLK(st.st_mode)) return 0;
  return st.st_rdev;
}

Result<> link_volatile_root(const std::string& run, dev_t device) {
  if (device == 0) return {};
  TRY(make_directory(run + "/systemd"));
  std::string target = cat("/dev/block/", major(device), ":", minor(device));
  std::string link = run + "/systemd/volatile-root";
  if (::symlink(target.c_str(), link.c_str()) < 0 && errno != EEXIST)
    return fail(errno, cat("create ", link));
  return {};
}

Result<> keep_sysroot(const std::string& run, const sys::MountInfo& old_root) {
  std::string table = run + "/mount/utab";
  std::string line = cat("SRC=", old_root.source, " TARGET=/sysroot ROOT=", old_root.root,
                         " OPTS=x-initrd.mount\n");
  auto lines = read_file(table, 1 << 20);
  if (!lines && lines.error().code != ENOENT) return tl::make_unexpected(std::move(lines).error());
  if (lines && lines->find(line) != lines->npos) return {};
  TRY(make_directory(run + "/mount"));
  return write_file(table, lines.value_or("") + line);
}

}  // namespace cfs::boot
