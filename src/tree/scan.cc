// SPDX-License-Identifier: LGPL-2.1-or-later

// Threads take directories from a queue. Each has a working directory of its own (unshare), so that
// an entry costs two system calls on a bare name: fstatat and llistxattr, which has no *at variant
// before Linux 6.13. Where a container forbids unshare, /proc leads to the same name. What a
// directory holds is gathered without a lock and then added to the tree under one.

#include "tree/scan.h"

#include <dirent.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "base/fd.h"
#include "base/parallel.h"
#include "base/text.h"
#include "tree/rules.h"

namespace cfs::tree {

namespace {

struct Found {
  std::string name;
  Inode inode;
  std::string target;  // of a symlink
  std::vector<std::pair<std::string, std::string>> xattrs;
};

struct Work {
  InodeId id = kRoot;
  std::string path;  // below the source
};

// A directory being read.
struct Reading {
  std::unique_ptr<DIR, int (*)(DIR*)> list{nullptr, ::closedir};
  int fd = -1;
  struct stat st;
  std::string prefix;  // of names, for calls that take a path only
};

// Device numbers in the 32-bit encoding: the low half of glibc's dev_t.
Inode inode_of(const struct stat& st, const ScanOptions& options) {
  Inode inode;
  inode.mode = static_cast<u16>(st.st_mode);
  inode.uid = st.st_uid;
  inode.gid = st.st_gid;
  inode.nlink = 1;
  inode.size = S_ISREG(st.st_mode) || S_ISLNK(st.st_mode) ? static_cast<u64>(st.st_size) : 0;
  if (inode.is_device()) inode.rdev = static_cast<u32>(st.st_rdev);
  if (!options.use_epoch) {
    inode.mtime = st.st_mtim.tv_sec;
    inode.mtime_nsec = static_cast<u32>(st.st_mtim.tv_nsec);
  }
  return inode;
}

// Calls that fill a buffer whose size can change between asking and reading.
template <class Call>
Result<std::string> read_growing(Call call) {
  std::string buffer(1024, '\0');
  for (;;) {
    ssize_t n = call(buffer.data(), buffer.size());
    if (n >= 0 && static_cast<std::size_t>(n) < buffer.size()) {
      buffer.resize(static_cast<std::size_t>(n));
      return buffer;
    }
    if (n < 0 && errno != ERANGE) return fail_with(errno, Error::describe(errno));
    if (buffer.size() > (1 << 20)) return fail_with(E2BIG, Error::describe(E2BIG));
    buffer.resize(buffer.size() * 4);
  }
}

class Scanner {
 public:
  Scanner(int source, const std::string& source_name, const ScanOptions& options)
      : source_(source), source_name_(source_name), options_(options) {}

  // The root's own attributes, then everything below.
  Result<Tree> run(const struct stat& root);

 private:
  void work(bool own_cwd);
  void scan_directory(const Work& work, bool own_cwd, std::vector<Found>& found);
  Result<Reading> enter(const Work& work, bool own_cwd);
  Result<Found> read_entry(const Reading& dir, const char* name, const struct stat& st,
                           const Work& parent);
  Result<> read_xattrs(const std::string& path, Found& found);
  bool is_hidden(const struct stat& dir, std::string_view name) const;
  void note(Error error);
  void add(const Work& parent, std::vector<Found>& found);
  void set_attributes(Inode& inode, const Found& found);

  tl::unexpected<Error> refuse(const Work& parent, std::string_view name, int code) const {
    return fail(code,
                cat("error accessing ", source_name_, parent.path, name.empty() ? "" : "/", name));
  }

  int source_;
  std::string source_name_;
  const ScanOptions& options_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Work> queue_;
  unsigned busy_ = 0;
  std::optional<Error> error_;  // the first by path, the same with any number of threads
  Builder builder_;
};

Result<Tree> Scanner::run(const struct stat& root) {
  Found found{.name = {}, .inode = inode_of(root, options_), .target = {}, .xattrs = {}};
  if (!options_.skip_xattrs && S_ISDIR(root.st_mode)) {
    auto read = read_xattrs(cat(source_name_, "/."), found);
    if (!read) return refuse({}, "", read.error().code);
  }
  set_attributes(found.inode, found);
  builder_.add_inode(found.inode);
  if (S_ISDIR(root.st_mode)) queue_.push_back({});

  // This thread's working directory is the caller's: it works only if there is no other.
  Crew crew(std::max(options_.threads, 1u), [this] { work(::unshare(CLONE_FS) == 0); });
  if (crew.size() == 0) work(false);
  crew.join();
  if (error_) return tl::make_unexpected(std::move(*error_));
  return builder_.finish();
}

void Scanner::work(bool own_cwd) {
  std::vector<Found> found;
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return !queue_.empty() || busy_ == 0; });
    if (queue_.empty()) break;
    Work work = std::move(queue_.back());
    queue_.pop_back();
    ++busy_;
    lock.unlock();
    found.clear();
    scan_directory(work, own_cwd, found);
    lock.lock();
    --busy_;
    add(work, found);
    changed_.notify_all();
  }
}

Result<Reading> Scanner::enter(const Work& work, bool own_cwd) {
  std::string_view path = work.path.empty() ? "." : std::string_view(work.path).substr(1);
  auto opened = open_deep(source_, path, O_RDONLY | O_DIRECTORY);
  if (!opened) return refuse(work, "", opened.error().code);
  Reading dir;
  dir.fd = opened->get();
  if (::fstat(dir.fd, &dir.st) < 0) return refuse(work, "", errno);
  if (own_cwd && ::fchdir(dir.fd) < 0) return refuse(work, "", errno);
  if (!own_cwd) dir.prefix = cat("/proc/self/fd/", dir.fd, "/");
  dir.list.reset(::fdopendir(dir.fd));
  if (!dir.list) return refuse(work, "", errno);
  opened->release();
  return dir;
}

void Scanner::scan_directory(const Work& work, bool own_cwd, std::vector<Found>& found) {
  auto dir = enter(work, own_cwd);
  if (!dir) return note(std::move(dir).error());
  for (;;) {
    errno = 0;
    dirent* entry = ::readdir(dir->list.get());
    if (!entry && errno != 0) note(refuse(work, "", errno).value());
    if (!entry) return;
    std::string_view name = entry->d_name;
    if (name == "." || name == ".." || is_hidden(dir->st, name)) continue;
    struct stat st;
    if (::fstatat(dir->fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
      note(refuse(work, name, errno).value());
      continue;
    }
    if (S_ISDIR(st.st_mode) && is_hidden(st, {})) continue;
    if (options_.skip_devices && (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode))) continue;
    auto next = read_entry(*dir, entry->d_name, st, work);
    if (next)
      found.push_back(std::move(*next));
    else
      note(std::move(next).error());
  }
}

void Scanner::note(Error error) {
  std::lock_guard lock(mutex_);
  if (!error_ || error.text < error_->text) error_ = std::move(error);
}

Result<Found> Scanner::read_entry(const Reading& dir, const char* name, const struct stat& st,
                                  const Work& parent) {
  Found found{.name = name, .inode = inode_of(st, options_), .target = {}, .xattrs = {}};
  if (S_ISLNK(st.st_mode)) {
    auto target = read_growing(
        [&](char* to, std::size_t size) { return ::readlinkat(dir.fd, name, to, size); });
    if (!target) return refuse(parent, name, target.error().code);
    found.target = std::move(*target);
    if (found.target.empty() || found.target.size() > kPathPayloadMax)
      return refuse(parent, name, found.target.empty() ? EINVAL : ENAMETOOLONG);
    found.inode.size = found.target.size();
  }
  if (options_.skip_xattrs) return found;
  if (auto read = read_xattrs(cat(dir.prefix, name), found); !read)
    return refuse(parent, name, read.error().code);
  return found;
}

Result<> Scanner::read_xattrs(const std::string& path, Found& found) {
  // Most files have no attributes or one short label.
  char small[256];
  ssize_t size = ::llistxattr(path.c_str(), small, sizeof small);
  std::string names(small, size > 0 ? static_cast<std::size_t>(size) : 0);
  if (size < 0 && errno == ERANGE) {
    TRY_ASSIGN(names, read_growing([&](char* to, std::size_t room) {
                 return ::llistxattr(path.c_str(), to, room);
               }));
  } else if (size < 0) {
    return fail_with(errno, Error::describe(errno));
  }
  XattrBudget budget;
  for (std::size_t at = 0; at < names.size();) {
    std::string key = names.c_str() + at;
    at += key.size() + 1;
    if (options_.user_xattrs && !key.starts_with("user.")) continue;
    TRY_ASSIGN(std::string value, read_growing([&](char* to, std::size_t room) {
                 return ::lgetxattr(path.c_str(), key.c_str(), to, room);
               }));
    if (!budget.add(key.size(), value.size())) return fail_with(ERANGE, Error::describe(ERANGE));
    found.xattrs.emplace_back(std::move(key), std::move(value));
  }
  return {};
}

bool Scanner::is_hidden(const struct stat& dir, std::string_view name) const {
  for (const Hidden& hidden : options_.hidden)
    if (hidden.dev == dir.st_dev && hidden.ino == dir.st_ino &&
        (hidden.prefix ? name.starts_with(hidden.name) : name == hidden.name))
      return true;
  return false;
}

void Scanner::set_attributes(Inode& inode, const Found& found) {
  if (found.xattrs.empty()) return;
  std::vector<Xattr> list;
  for (const auto& [key, value] : found.xattrs) list.push_back({key, value});
  inode.xattrs = builder_.xattrs().intern(std::span<const Xattr>(list));
}

void Scanner::add(const Work& parent, std::vector<Found>& found) {
  for (Found& each : found) {
    set_attributes(each.inode, each);
    if (each.inode.is_symlink()) each.inode.set_data(builder_.arena().copy(each.target));
    InodeId id = builder_.add_inode(each.inode);
    builder_.add_entry(parent.id, builder_.arena().copy(each.name), id);
    if (each.inode.is_directory()) queue_.push_back({id, cat(parent.path, "/", each.name)});
  }
}

}  // namespace

Result<Tree> scan(const std::string& source, const ScanOptions& options) {
  auto failed = [&](int code) { return fail(code, cat("error accessing ", source)); };
  if (options.skip_xattrs && options.user_xattrs) return failed(EINVAL);
  struct stat st;
  if (::lstat(source.c_str(), &st) < 0) return failed(errno);
  Fd fd;
  if (S_ISDIR(st.st_mode)) {
    fd = Fd(::open(source.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd || ::fstat(fd.get(), &st) < 0) return failed(errno);
  }
  std::string name = source;
  while (name.size() > 1 && name.ends_with('/')) name.pop_back();
  return Scanner(fd.get(), name, options).run(st);
}

}  // namespace cfs::tree
