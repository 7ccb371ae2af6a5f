// SPDX-License-Identifier: LGPL-2.1-or-later

#include "entry/boot_folder.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/directory.h"
#include "base/fd.h"
#include "base/lock.h"
#include "base/output_file.h"
#include "base/text.h"
#include "entry/tries.h"
#include "fsverity/digest.h"
#include "merkle/merkle.h"

namespace cfs::entry {

namespace {

constexpr std::string_view kFiles = "cfsroot";
constexpr std::string_view kEntries = "loader/entries";

// Creates `folder/name`, whose parent exists, unless it is there.
Result<> make_folder(const std::string& folder, std::string_view name) {
  std::string path = cat(folder, "/", name);
  if (::mkdir(path.c_str(), 0755) < 0) {
    if (errno != EEXIST) return fail(errno, cat("create `", path, "`"));
    return {};
  }
  TRY_ASSIGN(Fd parent, open_file(path.substr(0, path.rfind('/')), O_RDONLY | O_DIRECTORY));
  if (::fsync(parent.get()) < 0) return fail(errno, cat("sync the parent of `", path, "`"));
  return {};
}

Result<std::vector<DirectoryEntry>> list(const std::string& path) {
  TRY_ASSIGN(Fd dir, open_file(path, O_RDONLY | O_DIRECTORY));
  auto entries = list_directory(dir.get());
  return entries ? entries : in_context(path, entries.error());
}

struct Source {
  std::string path;
  Fd fd;
  Digest digest;
  u64 size = 0;
  std::string target;   // "/cfsroot/linux-…"
  bool exists = false;  // from an earlier entry, perhaps damaged since
  bool there = false;   // and whole
};

Result<Source> measure(const std::string& folder, std::string_view kind, const std::string& path) {
  Source source;
  source.path = path;
  TRY_ASSIGN(source.fd, open_file(path, O_RDONLY));
  struct stat st;
  if (::fstat(source.fd.get(), &st) < 0) return fail(errno, path);
  if (!S_ISREG(st.st_mode)) return fail_with(EINVAL, cat(path, ": is not a file"));
  auto digest = merkle::digest_of_fd(HashAlg::kSha256, source.fd.get(), &source.size);
  if (!digest) return in_context(path, digest.error());
  if (source.size == 0) return fail_with(EINVAL, cat(path, ": is empty"));
  source.digest = *digest;
  source.target = cat("/", kFiles, "/", kind, "-", digest->hex());
  if (auto old = open_file(folder + source.target, O_RDONLY | O_NOFOLLOW)) {
    auto same = merkle::digest_of_fd(HashAlg::kSha256, old->get());
    source.exists = true;
    source.there = same && *same == source.digest;
  }
  return source;
}

Result<> check_space(const std::string& folder, const std::vector<Source>& sources) {
  struct statvfs fs;
  if (::statvfs(folder.c_str(), &fs) < 0) return fail(errno, folder);
  const u64 block = fs.f_frsize;
  u64 needed = 8 * block;  // directories, the entry
  for (const Source& source : sources)
    if (!source.there) needed += (source.size + block - 1) / block * block;
  const u64 free = fs.f_bavail * block;
  if (needed <= free) return {};
  return fail_with(ENOSPC, cat(folder, ": ", needed >> 10, " KiB are needed, ", free >> 10,
                               " KiB are free; remove an entry that is not used any more"));
}

// What has been written belongs to nobody until the entry is in place.
struct Copies {
  std::string folder;
  std::vector<std::string> targets;
  ~Copies() {
    for (const std::string& target : targets) ::unlink(cat(folder, target).c_str());
  }
};

Result<> copy(const Source& source, const std::string& to) {
  TRY_ASSIGN(OutputFile out, OutputFile::create(to));
  merkle::Builder builder(HashAlg::kSha256);
  std::vector<std::byte> buffer(1 << 20);
  for (u64 offset = 0;;) {
    TRY_ASSIGN(std::size_t count, pread_full(source.fd.get(), buffer, offset));
    Bytes part = Bytes(buffer).first(count);
    builder.update(part);
    TRY(write_all(out.fd(), part));
    if (count < buffer.size()) break;
    offset += count;
  }
  if (builder.finish() != source.digest)
    return fail_with(EAGAIN, cat(source.path, " has changed while it was read; try again"));
  return out.commit();
}

Result<> write_entry(const std::string& path, const LoaderEntry& lines) {
  TRY_ASSIGN(OutputFile out, OutputFile::create(path));
  TRY(write_all(out.fd(), as_bytes(text_of(lines))));
  return out.commit();
}

bool is_ours(std::string_view name) {
  for (std::string_view kind : {"linux-", "initrd-"})
    if (name.starts_with(kind) && name.size() == kind.size() + 64) return true;
  return false;
}

// What all entries say, in lower case: neither FAT nor boot loaders tell case apart in names, and
// there are more keys and ways to write a path than are known here. Fails when an entry may need
// anything.
Result<std::string> read_entries(const std::string& folder) {
  std::string all;
  TRY_ASSIGN(auto entries, list(cat(folder, "/", kEntries)));
  for (const auto& [file, type] : entries) {
    if (!lower_case(file).ends_with(kEntrySuffix)) continue;
    const std::string shown = cat(kEntries, "/", printable(file));
    auto text = read_file(cat(folder, "/", kEntries, "/", file), 1 << 20);
    if (!text) return in_context(shown, std::move(text).error());
    constexpr std::string_view kBoots[] = {"linux", "efi", "uki", "uki-url"};
    if (std::ranges::all_of(kBoots, [&](auto key) { return values_of(*text, key).empty(); }))
      return fail_with(EINVAL, cat(shown, ": names nothing to boot; mend or remove it"));
    all += lower_case(*text);
  }
  return all;
}

Result<> remove_unused(const std::string& folder, Installed& done) {
  TRY_ASSIGN(const std::string used, read_entries(folder));
  TRY_ASSIGN(auto files, list(cat(folder, "/", kFiles)));
  for (const auto& [file, type] : files) {
    if (!is_ours(file) || used.find(lower_case(file)) != used.npos) continue;
    std::string path = cat("/", kFiles, "/", file);
    if (::unlink(cat(folder, path).c_str()) < 0) return fail(errno, cat("remove `", path, "`"));
    done.removed.push_back(path);
  }
  return {};
}

// What `file` replaces, then what no entry refers to any more.
Result<> clean_up(const std::string& folder, const std::string& file, Installed& done) {
  TRY_ASSIGN(auto replaced, remove_other_counts(cat(folder, "/", kEntries), file));
  for (const std::string& old : replaced) done.removed.push_back(cat(kEntries, "/", old));
  return remove_unused(folder, done);
}

}  // namespace

Result<Installed> install(const std::string& folder, NewEntry entry) {
  TRY(check_entry_name(entry.name));
  TRY(check(entry.lines));
  TRY(open_file(folder, O_RDONLY | O_DIRECTORY));

  // One run at a time: another one's files are not in use before its entry is there.
  TRY(make_folder(folder, kFiles));
  TRY_ASSIGN(Fd alone, open_file(cat(folder, "/", kFiles), O_RDONLY | O_DIRECTORY));
  TRY(lock(alone.get(), LOCK_EX, cat(folder, "/", kFiles)));
  TRY(make_folder(folder, "loader"));
  TRY(make_folder(folder, kEntries));

  std::vector<Source> sources;
  TRY_ASSIGN(Source kernel, measure(folder, "linux", entry.kernel));
  entry.lines.kernel = kernel.target;
  sources.push_back(std::move(kernel));
  for (const std::string& path : entry.initrds) {
    TRY_ASSIGN(Source initrd, measure(folder, "initrd", path));
    entry.lines.initrds.push_back(initrd.target);
    sources.push_back(std::move(initrd));
  }
  TRY(check_space(folder, sources));

  Installed done;
  done.file = cat(kEntries, "/", file_name(entry.name, entry.tries));
  Copies copies{folder, {}};
  for (const Source& source : sources) {
    if (source.there) continue;
    if (!source.exists) copies.targets.push_back(source.target);
    done.copied.push_back(source.target);
    if (auto result = copy(source, folder + source.target); !result)
      return in_context(folder + source.target, result.error());
  }
  if (auto result = write_entry(cat(folder, "/", done.file), entry.lines); !result)
    return in_context(cat(folder, "/", done.file), result.error());
  copies.targets.clear();

  // The entry is in place, whatever becomes of the rest.
  if (auto cleaned = clean_up(folder, file_name(entry.name, entry.tries), done); !cleaned)
    done.warnings.push_back(cleaned.error().text);
  return done;
}

}  // namespace cfs::entry
