// SPDX-License-Identifier: LGPL-2.1-or-later

#include "disk/esp.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "disk/program.h"
#include "disk/unnamed_file.h"
#include "tree/scan.h"
#include "tree/walk.h"

namespace cfs::disk {

namespace {

constexpr i64 kFatEpoch = 315532800;  // 1980-01-01: FAT knows nothing before

Result<> add_parents(const std::string& target, std::vector<EspFile>& files) {
  for (std::size_t slash = target.find('/'); slash != std::string::npos;
       slash = target.find('/', slash + 1))
    files.push_back({target.substr(0, slash), "", 0});
  return {};
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

std::string default_target(const std::string& path) {
  std::string name = path.substr(path.rfind('/') + 1);
  return name.ends_with(".efi") ? cat("EFI/Linux/", name) : name;
}

}  // namespace

Result<> add_esp_content(const std::string& text, std::vector<EspFile>& files) {
  struct stat st;
  std::string path = text, target;
  bool given = false;
  // A colon may be part of the name.
  if (::stat(path.c_str(), &st) < 0 && text.find(':') != std::string::npos) {
    path = text.substr(0, text.rfind(':'));
    target = text.substr(text.rfind(':') + 1);
    given = true;
  }
  if (::stat(path.c_str(), &st) < 0) return fail(errno, path);
  while (target.starts_with('/')) target.erase(0, 1);
  while (target.ends_with('/')) target.pop_back();
  if (S_ISDIR(st.st_mode)) {
    if (!target.empty()) TRY(add_parents(target + "/", files));
    return add_directory(path, target, files);
  }
  if (!S_ISREG(st.st_mode)) return fail_with(EINVAL, cat(path, ": not a file"));
  if (given && target.empty()) return fail_with(EINVAL, cat(text, ": no name after the colon"));
  if (!given) target = default_target(path);
  TRY(add_parents(target, files));
  files.push_back({target, path, static_cast<u64>(st.st_size)});
  return {};
}

Result<Fd> make_esp(const std::string& directory, const EspFormat& format,
                    std::vector<EspFile> files) {
  // Sorted, so that the order in which they were given does not matter; directories come first.
  std::ranges::stable_sort(files, {}, &EspFile::target);
  for (std::size_t i = 1; i < files.size(); ++i)
    if (files[i].target == files[i - 1].target &&
        !(files[i].source.empty() && files[i - 1].source.empty()))
      return fail_with(EEXIST, cat("EFI system partition: `", files[i].target, "` is given twice"));

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
                  environment, {fd.get()}, "dosfstools"));
  std::string made;
  for (const EspFile& file : files) {
    std::string to = cat("::/", file.target);
    if (!file.source.empty()) {
      TRY_ASSIGN(Fd source, open_file(file.source, O_RDONLY));
      TRY(run_program({"mcopy", "-n", "-i", kHandedFile, kSecondHandedFile, to}, environment,
                      {fd.get(), source.get()}, "mtools"));
    } else if (file.target != made) {
      TRY(run_program({"mmd", "-i", kHandedFile, to}, environment, {fd.get()}, "mtools"));
      made = file.target;
    }
  }
  return fd;
}

}  // namespace cfs::disk
