// SPDX-License-Identifier: LGPL-2.1-or-later

#include "store/object_store.h"

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/parallel.h"
#include "base/text.h"
#include "fsverity/kernel.h"
#include "merkle/merkle.h"

namespace cfs::store {

namespace {

constexpr std::string_view kStagingStem = ".cfsroot-tmp.store.";

// "STRERROR (WHAT)"
tl::unexpected<Error> failed(int code, std::string_view what) {
  return fail_with(code, cat(Error::describe(code), " (", what, ")"));
}

// mkdir -p; symlinks above the store are the caller's business.
Result<> make_directories(const std::string& path) {
  for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    std::string part = path.substr(0, slash);
    if (::mkdir(part.c_str(), 0755) < 0 && errno != EEXIST) return failed(errno, part);
    if (slash == std::string::npos) return {};
  }
}

// Copies what FICLONE cannot.
Result<> copy_data(int from, int to) {
  std::vector<std::byte> buffer(1 << 20);
  u64 offset = 0;
  for (std::size_t n = buffer.size(); n == buffer.size(); offset += n) {
    TRY_ASSIGN(n, pread_full(from, buffer, offset));
    TRY(write_all(to, Bytes(buffer).first(n)));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<ObjectStore>> ObjectStore::open(const std::string& path, Warn warn) {
  std::string dir = path;
  while (dir.size() > 1 && dir.ends_with('/')) dir.pop_back();
  TRY(make_directories(dir));
  auto store = open_file(dir, O_RDONLY | O_DIRECTORY);
  if (!store) return failed(store.error().code, dir);
  sweep_temporaries(store->get(), kStagingStem);
  auto staging = create_temporary(store->get(), kStagingStem, true, 0700);
  if (!staging) return failed(staging.error().code, dir);
  return std::unique_ptr<ObjectStore>(
      new ObjectStore(std::move(*store), std::move(*staging), std::move(warn)));
}

ObjectStore::ObjectStore(Fd store, Temporary staging, Warn warn)
    : store_(std::move(store)), staging_(std::move(staging)), warn_(std::move(warn)) {}

ObjectStore::~ObjectStore() {
  for (const Staged& staged : staged_) ::unlinkat(staging_.fd.get(), staged.name.c_str(), 0);
  ::unlinkat(store_.get(), staging_.name.c_str(), AT_REMOVEDIR);
}

Result<bool> ObjectStore::has(const Digest& digest) {
  std::string object = digest.object_path();
  {
    std::lock_guard lock(mutex_);
    if (known_.contains(object)) return true;
  }
  TRY_ASSIGN(bool good, check_existing(object, digest));
  if (!good) return false;
  std::lock_guard lock(mutex_);
  known_.insert(object);
  return true;
}

Result<bool> ObjectStore::check_existing(const std::string& object, const Digest& digest) {
  auto fd = open_beneath(store_.get(), object, O_RDONLY | O_NONBLOCK);
  if (!fd && fd.error().code == ENOENT) return false;
  auto bad = [&](std::string_view why) {
    warn_(cat("object ", object, " ", why, "; it is replaced"));
    return false;
  };
  // ELOOP at the last component is a bad object; before it, the store itself is not to be trusted.
  if (!fd) {
    auto fan_out = open_beneath(store_.get(), object.substr(0, 2), O_RDONLY | O_DIRECTORY);
    if (!fan_out) return failed(fan_out.error().code, cat("object directory ", object.substr(0, 2)));
    return bad(Error::describe(fd.error().code));
  }
  struct stat st;
  if (::fstat(fd->get(), &st) < 0) return failed(errno, object);
  if (!S_ISREG(st.st_mode)) return bad("is not a regular file");
  TRY_ASSIGN(auto measured, fsverity::measure(fd->get()));
  if (measured) return *measured == digest || bad("has another fs-verity digest");
  auto content = merkle::digest_of_fd(digest.alg, fd->get());
  if (!content) return bad(content.error().text);
  if (*content != digest) return bad("has other content");
  seal(fd->get());
  return true;
}

Result<Fd> ObjectStore::create_staged(std::string& name) {
  name = cat(next_name_++);
  auto fd = open_at(staging_.fd.get(), name, O_RDWR | O_CREAT | O_EXCL, 0600);
  if (fd && ::fchmod(fd->get(), 0644) < 0) return failed(errno, name);
  return fd;
}

Result<> ObjectStore::stage(const Digest& digest, const std::string& name) {
  std::lock_guard lock(mutex_);
  if (known_.insert(digest.object_path()).second)
    staged_.push_back({digest.object_path(), name});
  else
    ::unlinkat(staging_.fd.get(), name.c_str(), 0);
  return {};
}

Result<> ObjectStore::put(const Digest& digest, Bytes content) {
  std::string name;
  TRY_ASSIGN(Fd fd, create_staged(name));
  if (auto written = write_all(fd.get(), content); !written) {
    ::unlinkat(staging_.fd.get(), name.c_str(), 0);
    return written;
  }
  return stage(digest, name);
}

Result<Digest> ObjectStore::put_copy(int from) {
  std::string name;
  TRY_ASSIGN(Fd fd, create_staged(name));
  auto digest = [&]() -> Result<Digest> {
    if (::ioctl(fd.get(), FICLONE, from) < 0) TRY(copy_data(from, fd.get()));
    return merkle::digest_of_fd(HashAlg::kSha256, fd.get());
  }();
  if (!digest) {
    ::unlinkat(staging_.fd.get(), name.c_str(), 0);
    return digest;
  }
  TRY(stage(*digest, name));
  return digest;
}

void ObjectStore::seal(int fd) {
  if (!verity_) return;
  auto sealed = fsverity::enable(fd);
  // Where the file system has no fs-verity an object is still an object; ETXTBSY and the like leave
  // one object without it, which strict mounts will notice.
  if (!sealed && (sealed.error().code == ENOTTY || sealed.error().code == EOPNOTSUPP))
    verity_ = false;
}

Result<> ObjectStore::move_into_place() {
  std::ranges::sort(staged_, {}, &Staged::object);
  Fd fan_out;
  std::string current;
  while (!staged_.empty()) {
    const Staged& staged = staged_.back();
    std::string dir = staged.object.substr(0, 2);
    if (dir != current) {
      if (::mkdirat(store_.get(), dir.c_str(), 0755) < 0 && errno != EEXIST) return failed(errno, dir);
      auto opened = open_beneath(store_.get(), dir, O_RDONLY | O_DIRECTORY);
      if (!opened) return failed(opened.error().code, cat("object directory ", dir));
      fan_out = std::move(*opened);
      current = dir;
    }
    const char* rest = staged.object.c_str() + 3;
    if (::renameat(staging_.fd.get(), staged.name.c_str(), fan_out.get(), rest) < 0)
      return failed(errno, cat("object ", staged.object));
    staged_.pop_back();
  }
  return {};
}

Result<> ObjectStore::commit(unsigned threads) {
  if (!staged_.empty()) {
    if (::syncfs(store_.get()) < 0) return failed(errno, "syncfs");
    TRY(parallel_for(threads, staged_.size(), [this](std::size_t i) -> Result<> {
      if (!verity_) return {};
      TRY_ASSIGN(Fd fd, open_at(staging_.fd.get(), staged_[i].name, O_RDONLY));
      seal(fd.get());
      return {};
    }));
    TRY(move_into_place());
  }
  // Names, and objects that an earlier run was killed before syncing.
  if (::syncfs(store_.get()) < 0) return failed(errno, "syncfs");
  return {};
}

}  // namespace cfs::store
