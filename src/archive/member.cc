// SPDX-License-Identifier: LGPL-2.1-or-later

#include "archive/member.h"

#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "tree/rules.h"

namespace cfs::archive {

using tree::Inode;

namespace {

// "./a//b/." is "a/b". What would lead out of the tree is refused, not bent.
Result<std::string> canonical(const char* text, std::string_view what) {
  std::string_view path = text ? text : "";
  auto refused = [&](int code, std::string_view why) {
    return fail_with(code, cat(what, " ", why));
  };
  if (path.empty()) return refused(EINVAL, "is empty");
  if (path.size() > kPathMax)
    return refused(ENAMETOOLONG, cat("is longer than ", kPathMax, " bytes"));
  if (path.front() == '/') return refused(EINVAL, "is absolute; only relative names are taken");
  std::string out;
  while (!path.empty()) {
    std::string_view name = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(name.size() + 1, path.size()));
    if (name.empty() || name == ".") continue;
    if (name == "..") return refused(EINVAL, "has `..` in it");
    if (!out.empty()) out += '/';
    out += name;
  }
  return out;
}

Result<> read_owner(struct ::archive_entry* entry, Inode& inode) {
  const la_int64_t uid = ::archive_entry_uid(entry), gid = ::archive_entry_gid(entry);
  if (uid < 0 || uid > 0xffffffff || gid < 0 || gid > 0xffffffff)
    return fail_with(EINVAL, cat("owner ", uid, ":", gid, " does not fit 32 bits"));
  inode.uid = static_cast<u32>(uid);
  inode.gid = static_cast<u32>(gid);
  return {};
}

void read_time(struct ::archive_entry* entry, Inode& inode) {
  inode.mtime = ::archive_entry_mtime(entry);
  inode.mtime_nsec = static_cast<u32>(::archive_entry_mtime_nsec(entry));
  // The library reads "-1.25" as -1 s and +0.25 s.
  if (inode.mtime >= 0 || inode.mtime_nsec == 0) return;
  --inode.mtime;
  inode.mtime_nsec = 1'000'000'000 - inode.mtime_nsec;
}

Result<> read_device(struct ::archive_entry* entry, Inode& inode) {
  const dev_t major = ::archive_entry_rdevmajor(entry), minor = ::archive_entry_rdevminor(entry);
  // What the kernel's 32-bit encoding holds.
  if (major > 0xfff || minor > 0xfffff)
    return fail_with(EINVAL, cat("device number ", major, ":", minor, " is out of range"));
  inode.rdev = static_cast<u32>(::makedev(static_cast<u32>(major), static_cast<u32>(minor)));
  return {};
}

// GNU tar writes `=` and `%` in a key as %3D and %25; names in this form from others do not exist.
std::string unescaped_key(std::string_view key) {
  std::string out;
  while (!key.empty()) {
    const bool equals = key.starts_with("%3D"), percent = key.starts_with("%25");
    out += equals ? '=' : key.front();
    key.remove_prefix(equals || percent ? 3 : 1);
  }
  return out;
}

// Some writers store each attribute twice, as SCHILY.xattr and as LIBARCHIVE.xattr: the last
// counts.
Result<> read_xattrs(struct ::archive_entry* entry, Member& member) {
  auto& xattrs = member.xattrs;
  const char* name;
  const void* value;
  std::size_t size;
  ::archive_entry_xattr_reset(entry);
  while (::archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK) {
    std::string key = unescaped_key(name ? name : "");
    std::string bytes(static_cast<const char*>(value), size);
    auto at = std::ranges::find(xattrs, key, [](const auto& xattr) { return xattr.first; });
    if (at == xattrs.end())
      xattrs.emplace_back(std::move(key), std::move(bytes));
    else
      at->second = std::move(bytes);
  }
  std::ranges::sort(xattrs);
  tree::XattrBudget budget;
  for (const auto& [key, bytes] : xattrs)
    if (!budget.add(key.size(), bytes.size()))
      return fail_with(ERANGE, cat("extended attribute `", printable(key),
                                   "`: has no name, or is more than an image can hold"));
  return {};
}

// `tar --acls` writes ACLs as text, with names of users in it; `tar --xattrs` writes them as the
// attributes they are. The text alone is refused: whom it means depends on the machine.
Result<> check_acls(struct ::archive_entry* entry, Member& member) {
  auto has = [&](std::string_view key) {
    return std::ranges::any_of(member.xattrs,
                               [&](const auto& xattr) { return xattr.first == key; });
  };
  const int types = ::archive_entry_acl_types(entry);
  if (((types & ARCHIVE_ENTRY_ACL_TYPE_ACCESS) != 0 && !has("system.posix_acl_access")) ||
      ((types & ARCHIVE_ENTRY_ACL_TYPE_DEFAULT) != 0 && !has("system.posix_acl_default")) ||
      (types & ARCHIVE_ENTRY_ACL_TYPE_NFS4) != 0)
    return fail_with(ENOTSUP, "has an ACL as text only; make the archive with tar --xattrs");
  // From the text, the library took the owning group's permissions for those of the group class,
  // which are the mask's.
  ::archive_entry_acl_reset(entry, ARCHIVE_ENTRY_ACL_TYPE_ACCESS);
  int type, permissions, tag, id;
  const char* name;
  while (::archive_entry_acl_next(entry, ARCHIVE_ENTRY_ACL_TYPE_ACCESS, &type, &permissions, &tag,
                                  &id, &name) == ARCHIVE_OK)
    if (tag == ARCHIVE_ENTRY_ACL_MASK)
      member.inode.mode = static_cast<u16>((member.inode.mode & ~0070) | ((permissions & 7) << 3));
  return {};
}

Result<> read_type(struct ::archive_entry* entry, Member& member) {
  Inode& inode = member.inode;
  inode.mode = static_cast<u16>(::archive_entry_mode(entry));
  if (!tree::valid_file_type(inode.mode)) return fail_with(EINVAL, "has no known file type");
  if (inode.is_regular()) {
    const la_int64_t size = ::archive_entry_size(entry);
    if (size < 0 || static_cast<u64>(size) > tree::kExternalSizeMax)
      return fail_with(EFBIG, cat("size ", size, " is more than an image can name"));
    inode.size = static_cast<u64>(size);
  }
  if (inode.is_symlink()) {
    const char* target = ::archive_entry_symlink(entry);
    member.target = target ? target : "";
    if (member.target.empty() || member.target.size() > tree::kPathPayloadMax)
      return fail_with(EINVAL,
                       cat("symlink target is ", member.target.empty() ? "empty" : "too long"));
    inode.size = member.target.size();
  }
  if (inode.is_device()) return read_device(entry, inode);
  return {};
}

}  // namespace

Result<Member> read_member(struct ::archive_entry* entry) {
  Member member;
  TRY_ASSIGN(member.path, canonical(::archive_entry_pathname(entry), "name"));
  if (const char* target = ::archive_entry_hardlink(entry)) {
    TRY_ASSIGN(member.hard_link, canonical(target, "hard link's target"));
    if (::archive_entry_size(entry) > 0)
      return fail_with(EINVAL, "a hard link with content of its own is not understood");
    return member;
  }
  TRY(read_type(entry, member));
  TRY(read_owner(entry, member.inode));
  read_time(entry, member.inode);
  TRY(read_xattrs(entry, member));
  TRY(check_acls(entry, member));
  return member;
}

}  // namespace cfs::archive
