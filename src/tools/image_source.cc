// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tools/image_source.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>

#include "archive/tar.h"
#include "base/fd.h"
#include "base/parallel.h"
#include "base/text.h"
#include "dump/parse.h"
#include "store/contents.h"
#include "store/named_objects.h"
#include "tools/store_sink.h"
#include "tree/scan.h"
#include "tree/walk.h"

namespace cfs::tools {

namespace {

Result<Tree> from_directory(const ImageSource& source, const store::Repository& repository,
                            store::ObjectStore& store) {
  const std::string& path = source.from.path;
  // A repository inside the directory is not part of the image.
  struct stat own;
  if (::fstat(repository.fd(), &own) < 0) return fail(errno, repository.path());
  struct stat st;
  if (::stat(path.c_str(), &st) < 0) return fail(errno, path);
  if (!S_ISDIR(st.st_mode)) return fail(ENOTDIR, path);
  TRY_ASSIGN(Tree tree,
             tree::scan(path, {.threads = source.threads, .hidden = {{own.st_dev, own.st_ino}}}));
  TRY(store::read_contents(tree, path, repository.alg(), &store, source.threads,
                           [&](u64 done, u64 total) { source.progress("files", done, total); }));
  return tree;
}

Result<> take_object(const store::NamedObject& named, int from, const store::Repository& repository,
                     store::ObjectStore& store) {
  const std::string object = named.digest.object_path();
  TRY_ASSIGN(bool there, store.has(named.digest));
  Fd fd;
  if (there) {
    TRY_ASSIGN(fd, repository.open_object(named.digest));
  } else {
    if (from < 0)
      return fail_with(ENOENT, "it is not in the repository; --store says where else to look");
    auto found = open_beneath(from, object, O_RDONLY | O_NONBLOCK);
    if (!found && found.error().code == ENOENT)
      return fail_with(ENOENT, "it is not in the repository, nor in the store");
    if (!found) return tl::make_unexpected(std::move(found).error());
    fd = std::move(*found);
  }
  struct stat st;
  if (::fstat(fd.get(), &st) < 0) return fail(errno, object);
  if (static_cast<u64>(st.st_size) != named.size)
    return fail_with(EBADMSG, cat("it has ", u64(st.st_size), " bytes, not ", named.size));
  if (there) return {};
  TRY_ASSIGN(Digest digest, store.add_file(fd.get()));
  if (digest != named.digest) return fail_with(EBADMSG, "in the store it has other content");
  return {};
}

Result<Tree> from_dump(const ImageSource& source, const store::Repository& repository,
                       store::ObjectStore& store) {
  std::string text = source.from.begun;
  TRY_ASSIGN(std::string rest, read_to_end(source.from.stream.get()));
  text += rest;
  rest = {};
  TRY_ASSIGN(Tree tree,
             dump::parse(text, {.sha512 = repository.alg() == HashAlg::kSha512, .consumed = {}}));
  TRY_ASSIGN(auto named, store::named_objects(tree, repository.alg()));
  Fd from;
  if (!source.objects.empty()) {
    TRY_ASSIGN(from, open_file(source.objects, O_RDONLY | O_DIRECTORY));
  }
  std::mutex mutex;
  u64 done = 0;
  TRY(parallel_for(source.threads, named.size(), [&](std::size_t i) -> Result<> {
    auto taken = take_object(named[i], from.get(), repository, store);
    if (!taken)
      return in_context(cat(printable(tree::path_of(tree, named[i].inode), 4096), ": object ",
                            named[i].digest.object_path()),
                        std::move(taken).error());
    std::lock_guard lock(mutex);
    source.progress("objects", ++done, named.size());
    return {};
  }));
  return tree;
}

Result<Tree> from_tar(const ImageSource& source, HashAlg alg, store::ObjectStore& store) {
  const int fd = source.from.stream.get();
  struct stat st;
  const bool known = ::fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
  StoreSink sink(store, [&] {
    constexpr int kMiB = 20;
    if (known)
      source.progress("MiB", u64(::lseek(fd, 0, SEEK_CUR)) >> kMiB, u64(st.st_size) >> kMiB);
  });
  return archive::read_tar(fd, as_bytes(source.from.begun), {.alg = alg}, &sink);
}

}  // namespace

Result<Tree> read_source(const ImageSource& source, const store::Repository& repository,
                         store::ObjectStore& store) {
  using enum store::SourceKind;
  const store::SourceKind kind = source.from.kind;
  const std::string& path = source.from.path;
  if (kind == kRepository)
    return fail_with(EINVAL,
                     cat(path, ": is a repository; dir:", path, " takes it as a directory"));
  if (kind == kDirectory) return from_directory(source, repository, store);
  auto tree = kind == kDump ? from_dump(source, repository, store)
                            : from_tar(source, repository.alg(), store);
  if (!tree) return in_context(path, std::move(tree).error());
  return tree;
}

}  // namespace cfs::tools
