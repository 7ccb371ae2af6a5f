// SPDX-License-Identifier: LGPL-2.1-or-later

#include "disk/esp.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "base/program.h"
#include "base/text.h"
#include "disk/unnamed_file.h"
#include "tree/scan.h"
#include "tree/walk.h"

namespace cfs::disk {

namespace {

constexpr u64 kCluster = 4096;        // bytes, at most
constexpr i64 kFatEpoch = 315532800;  // 1980-01-01: FAT knows nothing before

void add_parents(const std::string& target, std::vector<EspFile>& files) {
  for (std::size_t slash = target.find('/'); slash != std::string::npos;
       slash = target.find('/', slash + 1))
    files.push_back({target.substr(0, slash), "", 0});
}

// Sorted, so that the order in which they were given does not matter, directories before what is in
// them and each once.
Result<std::vector<EspFile>> in_order(std::vector<EspFile> files) {
  auto key = [](const EspFile& file) { return std::pair(lower_case(file.target), file.target); };
  std::ranges::stable_sort(files, {}, key);
  std::vector<EspFile> result;
  for (EspFile& file : files) {
    bool again = !result.empty() && lower_case(result.back().target) == lower_case(file.target);
    if (again && (!file.source.empty() || !result.back().source.empty()))
      return fail_with(EEXIST,
                       cat("`", file.target, "` is twice in the EFI system partition's content"));
    if (!again) result.push_back(std::move(file));
  }
  return result;
}

Result<> add_directory(const std::string& path, const std::string& target,
                       std::vector<EspFile>& files) {
  TRY_ASSIGN(Tree tree, tree::scan(path, {.skip_xattrs = true}));
  Result<> result;
  tree::walk(tree, [&](std::string_view name, const tree::Entry& entry) {
    const tree::Inode& inode = tree[entry.inode];
    std::string source = cat(path, name);
    if (!inode.is_directory() && !inode.is_regular()) {
      result =
          fail_with(EINVAL, cat(source, ": neither a file nor a directory; FAT has no others"));
      return false;
    }
    std::string to = target.empty() ? std::string(name.substr(1)) : cat(target, name);
    files.push_back({std::move(to), inode.is_directory() ? "" : std::move(source), inode.size});
    return true;
  });
  return result;
}

// Without a leading slash, empty parts and `.`.
Result<std::string> normal_target(std::string_view target) {
  std::string result;
  for (std::size_t at = 0; at <= target.size();) {
    std::size_t end = std::min(target.find('/', at), target.size());
    std::string_view part = target.substr(at, end - at);
    if (part == "..") return fail_with(EINVAL, "`..` leads nowhere in the EFI system partition");
    if (!part.empty() && part != ".") result += cat(result.empty() ? "" : "/", part);
    at = end + 1;
  }
  return result;
}

// What mtools would refuse, or change without a word. `CON.efi` is good, `CON` is not.
Result<> check_name(std::string_view name) {
  constexpr std::string_view kDevices[] = {"con", "prn", "aux", "nul"};
  const std::string lower = lower_case(name);
  bool device = std::ranges::find(kDevices, lower) != std::end(kDevices) ||
                (lower.size() == 4 && (lower.starts_with("com") || lower.starts_with("lpt")) &&
                 lower[3] >= '1' && lower[3] <= '9');
  auto forbidden = [](char c) {
    return static_cast<u8>(c) < ' ' || c == 0x7f ||
           std::string_view("\"*:<>?\\|").find(c) != std::string_view::npos;
  };
  if (!device && name.size() <= 255 && !name.ends_with('.') && !name.ends_with(' ') &&
      std::ranges::none_of(name, forbidden))
    return {};
  return fail_with(EINVAL, cat("`", printable(name), "` is no name for FAT"));
}

Result<> check_names(std::string_view target) {
  for (std::size_t at = 0; at <= target.size();) {
    std::size_t end = std::min(target.find('/', at), target.size());
    TRY(check_name(target.substr(at, end - at)));
    at = end + 1;
  }
  return {};
}

std::string default_target(const std::string& path) {
  std::string name = path.substr(path.rfind('/') + 1);
  return name.ends_with(".efi") ? cat("EFI/Linux/", name) : name;
}

struct EspArgument {
  std::string path;
  std::optional<std::string> target;
};

Result<EspArgument> split(const std::string& text) {
  struct stat st;
  // A colon may be part of the name.
  if (::stat(text.c_str(), &st) == 0 || text.find(':') == std::string::npos)
    return EspArgument{text, {}};
  const std::size_t colon = text.rfind(':');
  EspArgument argument{text.substr(0, colon), {}};
  TRY_ASSIGN(argument.target, normal_target(std::string_view(text).substr(colon + 1)));
  if (!argument.target->empty()) TRY(check_names(*argument.target));
  if (argument.target->empty() && ::stat(argument.path.c_str(), &st) == 0 && S_ISREG(st.st_mode))
    return fail_with(EINVAL, "no name after the colon");
  return argument;
}

Result<> add_content(const EspArgument& argument, std::vector<EspFile>& files) {
  const std::string& path = argument.path;
  struct stat st;
  if (::stat(path.c_str(), &st) < 0) return fail(errno, path);
  if (S_ISDIR(st.st_mode)) {
    const std::string target = argument.target.value_or("");
    if (!target.empty()) add_parents(target + "/", files);
    return add_directory(path, target, files);
  }
  if (!S_ISREG(st.st_mode)) return fail_with(EINVAL, cat(path, ": not a file"));
  const std::string target = argument.target.value_or(default_target(path));
  add_parents(target, files);
  files.push_back({target, path, static_cast<u64>(st.st_size)});
  return {};
}

// `fat` is the partition.
Result<> add_file(int fat, const std::vector<std::string>& environment, const EspFile& file) {
  constexpr std::string_view kAdvice = "install the package mtools";
  std::string to = cat("::/", file.target);
  if (file.source.empty())
    return run_program({"mmd", "-i", kHandedFile, to}, {environment, {fat}, kAdvice});
  TRY_ASSIGN(Fd source, open_file(file.source, O_RDONLY));
  return run_program({"mcopy", "-n", "-i", kHandedFile, kSecondHandedFile, to},
                     {environment, {fat, source.get()}, kAdvice});
}

}  // namespace

Result<> check_esp_content(const std::string& text) {
  auto argument = split(text);
  if (!argument) return in_context(cat("--esp=", text), argument.error());
  return {};
}

Result<> add_esp_content(const std::string& text, std::vector<EspFile>& files) {
  const std::size_t before = files.size();
  TRY_ASSIGN(EspArgument argument, split(text));
  TRY(add_content(argument, files));
  for (std::size_t i = before; i < files.size(); ++i)
    if (auto good = check_names(files[i].target); !good)
      return in_context(cat("--esp=", text), good.error());
  return {};
}

Result<Fd> make_esp(const std::string& directory, const EspFormat& format,
                    std::vector<EspFile> files) {
  TRY_ASSIGN(files, in_order(std::move(files)));
  u64 need = 0;
  for (const EspFile& file : files) need += round_up<u64>(std::max<u64>(file.size, 1), kCluster);
  need += need / 256 + (1 << 20);  // two allocation tables, and what comes before them
  if (need > format.size)
    return fail_with(ENOSPC, cat("the EFI system partition needs ", (need >> 20) + 1,
                                 " MiB for its files; give it with --esp-size"));
  TRY_ASSIGN(Fd fd, unnamed_file(directory));
  if (::ftruncate(fd.get(), static_cast<off_t>(format.size)) < 0) return fail(errno, "truncate");
  const i64 time = std::max(format.time, kFatEpoch);
  const std::vector<std::string> environment{cat("SOURCE_DATE_EPOCH=", time), "TZ=UTC",
                                             "LC_ALL=C.UTF-8", "MTOOLSRC=/dev/null",
                                             "MTOOLS_SKIP_CHECK=1"};
  std::string id = to_hex(std::as_bytes(std::span(&format.volume_id, 1)));
  // --invariant comes first: it sets an identifier of its own.
  TRY(run_program({"mkfs.vfat", "--invariant", "-F", "32", "-S", "512", "-s",
                   format.size < (260u << 20) ? "1" : "8", "-h", cat(format.hidden / 512), "-i", id,
                   "-n", "ESP", kHandedFile},
                  {environment, {fd.get()}, "install the package dosfstools"}));
  for (const EspFile& file : files) {
    if (auto added = add_file(fd.get(), environment, file); !added)
      return in_context(cat("`", file.target, "` of the EFI system partition"), added.error());
  }
  return fd;
}

}  // namespace cfs::disk
