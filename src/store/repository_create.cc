// SPDX-License-Identifier: LGPL-2.1-or-later

#include <dirent.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/directory.h"
#include "base/lock.h"
#include "base/output_file.h"
#include "base/text.h"
#include "fsverity/kernel.h"
#include "store/repository.h"

namespace cfs::store {

namespace {

constexpr std::string_view kStem = ".cfsroot-tmp.meta.json.";

tl::unexpected<Error> no_verity(const std::string& path) {
  return fail_with(EOPNOTSUPP,
                   cat(path,
                       ": the file system has no fs-verity (ext4: tune2fs -O verity); with "
                       "--insecure objects go without, until they are sealed"));
}

// meta.json appears whole and, where it must have it, with fs-verity: without, all objects would be
// taken to need none.
Result<> write_metadata(int repository, const std::string& path,
                        const Repository::Settings& settings) {
  sweep_temporaries(repository, kStem);
  TRY_ASSIGN(Temporary file, create_temporary(repository, kStem, false, 0644));
  Metadata meta{.alg = settings.alg, .erofs_format = settings.erofs_format, .unknown_features = {}};
  auto made = [&]() -> Result<> {
    TRY(write_all(file.fd.get(), as_bytes(meta.json())));
    if (::fsync(file.fd.get()) < 0) return fail_with(errno, Error::describe(errno));
    file.fd.reset();  // fs-verity is refused while anybody has the file open for writing
    TRY_ASSIGN(file.fd, open_at(repository, file.name, O_RDONLY));
    if (!settings.insecure) {
      auto sealed = fsverity::enable(file.fd.get(), settings.alg);
      const int code = sealed ? 0 : sealed.error().code;
      if (code == ENOTTY || code == EOPNOTSUPP || code == EINVAL) return no_verity(path);
      TRY(std::move(sealed));
    }
    if (::renameat(repository, file.name.c_str(), repository, "meta.json") < 0)
      return fail_with(errno, Error::describe(errno));
    return {};
  }();
  if (!made) ::unlinkat(repository, file.name.c_str(), 0);
  return made;
}

// Every object that is there must be one of the repository to be.
Result<> check_objects(const Repository& repository, const Repository::Settings& settings) {
  auto objects = open_beneath(repository.fd(), "objects", O_RDONLY | O_DIRECTORY);
  if (!objects) return in_context(repository.path(), std::move(objects).error());
  const std::size_t rest = fsverity::digest_size(settings.alg) * 2 - 2;
  TRY_ASSIGN(auto fan_outs, list_directory(objects->get()));
  for (const DirectoryEntry& fan_out : fan_outs) {
    if (fan_out.name.size() != 2) continue;
    TRY_ASSIGN(Fd dir, open_beneath(objects->get(), fan_out.name, O_RDONLY | O_DIRECTORY));
    TRY_ASSIGN(auto names, list_directory(dir.get()));
    for (const DirectoryEntry& entry : names) {
      std::string what = cat(repository.path(), "/objects/", fan_out.name, "/", entry.name);
      if (entry.name.size() != rest)
        return fail_with(EEXIST, cat(what, ": is not a name by ", fsverity::name(settings.alg)));
      if (settings.insecure) continue;
      TRY_ASSIGN(Fd object, open_beneath(dir.get(), entry.name, O_RDONLY | O_NONBLOCK));
      TRY_ASSIGN(auto measured, fsverity::measure(object.get()));
      if (!measured)
        return fail_with(EOPNOTSUPP, cat(what,
                                         ": has no fs-verity; seal the objects first, or "
                                         "use --insecure"));
    }
  }
  return {};
}

Result<> check_existing(const Repository& repository, const Repository::Settings& settings) {
  const Metadata* meta = repository.metadata();
  if (!meta) return check_objects(repository, settings);
  if (meta->alg == settings.alg && meta->erofs_format == settings.erofs_format &&
      repository.secure() == !settings.insecure)
    return {};
  return fail_with(EEXIST, cat(repository.path(), ": is a repository already, with ",
                               fsverity::name(meta->alg), ", EROFS format ", meta->erofs_format,
                               repository.secure() ? " and" : " and without", " fs-verity"));
}

// The directories that this run has made, removed again unless it succeeds.
class Made {
 public:
  explicit Made(std::string path) : path_(std::move(path)) {}
  ~Made() {
    for (auto name = made_.rbegin(); name != made_.rend(); ++name) ::rmdir(name->c_str());
  }
  Result<bool> make(const std::string& name, unsigned mode) {
    std::string path = name.empty() ? path_ : cat(path_, "/", name);
    if (::mkdir(path.c_str(), mode) == 0) {
      made_.push_back(path);
      return true;
    }
    if (errno != EEXIST) return fail(errno, cat("create ", path));
    return false;
  }
  void keep() { made_.clear(); }

 private:
  std::string path_;
  std::vector<std::string> made_;
};

// The directory, locked. Who had the lock before may have removed it.
Result<Fd> make_locked(const std::string& path, Made& made) {
  for (;;) {
    TRY(made.make("", 0700));
    auto fd = open_file(path, O_RDONLY | O_DIRECTORY);
    if (!fd && fd.error().code == ENOENT) continue;
    if (!fd) return fail(fd.error().code, path);
    TRY(lock(fd->get(), LOCK_EX, path));
    struct stat own, there;
    if (::fstat(fd->get(), &own) < 0) return fail(errno, path);
    if (::stat(path.c_str(), &there) == 0 && own.st_dev == there.st_dev &&
        own.st_ino == there.st_ino)
      return std::move(*fd);
  }
}

}  // namespace

Result<> Repository::create(const std::string& path, const Settings& settings) {
  // One that is there may be in use, which is no reason to wait.
  if (auto there = open(path); there && there->metadata()) return check_existing(*there, settings);
  Fd locked;  // against others that make one here; until `made` has removed what it must
  Made made(path);
  TRY_ASSIGN(locked, make_locked(path, made));
  TRY_ASSIGN(auto entries, list_directory(locked.get()));
  TRY_ASSIGN(Fd fd, open_at(locked.get(), ".", O_RDONLY | O_DIRECTORY));
  Repository repository(path, std::move(fd));
  std::erase_if(entries, [](const DirectoryEntry& entry) {
    return entry.name == "lost+found" || entry.name.starts_with(kTemporaryPrefix);
  });
  if (!entries.empty()) {
    auto there = repository.read_metadata();
    if (!there && there.error().code == ENOENT)
      return fail_with(ENOTEMPTY, cat(path, ": is neither empty nor a repository"));
    TRY(std::move(there));
    TRY(check_existing(repository, settings));
    if (repository.metadata()) return {};
  }
  for (const char* name : {"objects", "images", "images/refs"}) TRY(made.make(name, 0755));
  TRY(write_metadata(repository.fd(), path, settings));
  made.keep();
  if (::syncfs(repository.fd()) < 0) return fail(errno, cat(path, ": sync"));
  return {};
}

}  // namespace cfs::store
