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

// Hashes what it copies, so that the digest fits the copy even if the source changes meanwhile.
// `path` is the store's, for messages.
Result<Digest> copy_data(HashAlg alg, int from, int to, const std::string& path, u64* size) {
  merkle::Builder digest(alg);
  std::vector<std::byte> buffer(256 << 10);
  for (std::size_t n = buffer.size(); n == buffer.size();) {
    TRY_ASSIGN(n, pread_full(from, buffer, digest.size()));
    Bytes data = Bytes(buffer).first(n);
    if (auto written = write_all(to, data); !written) return failed(written.error().code, path);
    digest.update(data);
  }
  if (size) *size = digest.size();
  return digest.finish();
}

}  // namespace

// A new file in the staging directory, removed again unless it is kept.
struct ObjectStore::StagedFile {
  StagedFile(int dir_fd, std::string file_name, Fd file)
      : dir(dir_fd), name(std::move(file_name)), fd(std::move(file)) {}
  StagedFile(StagedFile&& other) noexcept
      : dir(other.dir), name(other.keep()), fd(std::move(other.fd)) {}
  ~StagedFile() {
    if (!name.empty()) ::unlinkat(dir, name.c_str(), 0);
  }
  std::string keep() { return std::exchange(name, {}); }

  int dir;
  std::string name;
  Fd fd;
};

Result<std::unique_ptr<ObjectStore>> ObjectStore::open(const std::string& path, Warn warn,
                                                       HashAlg alg, Verity verity) {
  std::string dir = path;
  while (dir.size() > 1 && dir.ends_with('/')) dir.pop_back();
  TRY(make_directories(dir));
  auto store = open_file(dir, O_RDONLY | O_DIRECTORY);
  if (!store) return failed(store.error().code, dir);
  return open(std::move(*store), std::move(dir), std::move(warn), alg, verity);
}

Result<std::unique_ptr<ObjectStore>> ObjectStore::open(Fd store, std::string path, Warn warn,
                                                       HashAlg alg, Verity verity) {
  sweep_temporaries(store.get(), kStagingStem);
  auto staging = create_temporary(store.get(), kStagingStem, true, 0700);
  if (!staging) return failed(staging.error().code, path);
  return std::unique_ptr<ObjectStore>(new ObjectStore(
      std::move(path), std::move(store), std::move(*staging), std::move(warn), alg, verity));
}

ObjectStore::ObjectStore(std::string path, Fd store, Temporary staging, Warn warn, HashAlg alg,
                         Verity verity)
    : path_(std::move(path)),
      store_(std::move(store)),
      staging_(std::move(staging)),
      warn_(std::move(warn)),
      alg_(alg),
      required_(verity == Verity::kRequired) {}

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
    warn_(cat("object ", object, ": ", why, "; it is replaced"));
    return false;
  };
  // ELOOP at the last component is a bad object; before it, the store itself is not to be trusted.
  if (!fd) {
    auto fan_out = open_beneath(store_.get(), object.substr(0, 2), O_RDONLY | O_DIRECTORY);
    if (!fan_out)
      return failed(fan_out.error().code, cat("object directory ", object.substr(0, 2)));
    return bad(Error::describe(fd.error().code));
  }
  struct stat st;
  if (::fstat(fd->get(), &st) < 0) return failed(errno, object);
  if (!S_ISREG(st.st_mode)) return bad("not a regular file");
  TRY_ASSIGN(auto measured, fsverity::measure(fd->get()));
  if (measured) return *measured == digest || bad("another fs-verity digest");
  auto content = merkle::digest_of_fd(digest.alg, fd->get());
  if (!content) return bad(content.error().text);
  if (*content != digest) return bad("other content");
  // It may belong to somebody else, who does not let us.
  auto sealed = seal(fd->get(), digest);
  if (!sealed && required_) return bad(cat("no fs-verity: ", sealed.error().text));
  return true;
}

Result<ObjectStore::StagedFile> ObjectStore::create_staged() {
  std::string name = cat(next_name_++);
  auto fd = open_at(staging_.fd.get(), name, O_RDWR | O_CREAT | O_EXCL, 0600);
  if (!fd) return failed(fd.error().code, path_);
  StagedFile file(staging_.fd.get(), std::move(name), std::move(*fd));
  if (::fchmod(file.fd.get(), 0644) < 0) return failed(errno, path_);
  return file;
}

void ObjectStore::stage(const Digest& digest, StagedFile file) {
  std::lock_guard lock(mutex_);
  std::string object = digest.object_path();
  if (known_.insert(object).second) staged_.push_back({digest, std::move(object), file.keep()});
}

Result<ObjectStore::Stream> ObjectStore::begin() {
  TRY_ASSIGN(StagedFile file, create_staged());
  return Stream(*this, std::make_unique<StagedFile>(std::move(file)));
}

ObjectStore::Stream::Stream(ObjectStore& store, std::unique_ptr<StagedFile> file)
    : store_(&store), file_(std::move(file)) {}
ObjectStore::Stream::Stream(Stream&&) noexcept = default;
ObjectStore::Stream::~Stream() = default;

Result<> ObjectStore::Stream::write(Bytes data) {
  auto written = write_all(file_->fd.get(), data);
  if (!written) return failed(written.error().code, store_->path_);
  return {};
}

Result<> ObjectStore::Stream::finish(const Digest& digest) {
  std::unique_ptr<StagedFile> file = std::move(file_);
  TRY_ASSIGN(bool there, store_->has(digest));
  if (!there) store_->stage(digest, std::move(*file));
  return {};
}

Result<> ObjectStore::add(const Digest& digest, Bytes content) {
  TRY_ASSIGN(bool there, has(digest));
  if (there) return {};
  TRY_ASSIGN(StagedFile file, create_staged());
  if (auto written = write_all(file.fd.get(), content); !written)
    return failed(written.error().code, path_);
  stage(digest, std::move(file));
  return {};
}

Result<Digest> ObjectStore::add_file(int from, u64* size) {
  TRY_ASSIGN(StagedFile file, create_staged());
  const bool cloned = ::ioctl(file.fd.get(), FICLONE, from) == 0;
  TRY_ASSIGN(Digest digest, merkle::digest_of_fd(alg_, cloned ? file.fd.get() : from, size));
  TRY_ASSIGN(bool there, has(digest));
  if (there) return digest;
  if (!cloned) {
    TRY_ASSIGN(digest, copy_data(alg_, from, file.fd.get(), path_, size));
  }
  stage(digest, std::move(file));
  return digest;
}

Result<> ObjectStore::seal(int fd, const Digest& digest) {
  if (!verity_) return {};
  auto sealed = fsverity::enable(fd, alg_);
  if (sealed && !required_) return {};
  if (sealed) {
    TRY_ASSIGN(auto measured, fsverity::measure(fd));
    if (measured && *measured == digest) return {};
    return fail_with(EBADMSG, "the kernel measures another fs-verity digest");
  }
  const int code = sealed.error().code;
  if (code != ENOTTY && code != EOPNOTSUPP && code != EINVAL) return sealed;
  if (required_)
    return fail_with(EOPNOTSUPP, "the file system has no fs-verity (ext4: tune2fs -O verity)");
  // Where the file system cannot, an object is still an object.
  verity_ = false;
  return {};
}

Result<> ObjectStore::move_into_place() {
  std::ranges::sort(staged_, {}, &Staged::object);
  Fd fan_out;
  std::string current;
  while (!staged_.empty()) {
    const Staged& staged = staged_.back();
    std::string dir = staged.object.substr(0, 2);
    if (dir != current) {
      if (::mkdirat(store_.get(), dir.c_str(), 0755) < 0 && errno != EEXIST)
        return failed(errno, dir);
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
      if (auto sealed = seal(fd.get(), staged_[i].digest); !sealed) {
        std::string object = cat("object ", staged_[i].object);
        if (required_) return in_context(object, std::move(sealed).error());
        warn_(cat(object, ": ", sealed.error().text));
      }
      return {};
    }));
    TRY(move_into_place());
  }
  // Names, and objects that an earlier run was killed before syncing.
  if (::syncfs(store_.get()) < 0) return failed(errno, "syncfs");
  return {};
}

}  // namespace cfs::store
