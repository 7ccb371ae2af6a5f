// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tools/image_source.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <unordered_set>

#include "archive/tar.h"
#include "base/fd.h"
#include "base/parallel.h"
#include "base/text.h"
#include "dump/parse.h"
#include "store/contents.h"
#include "tools/store_sink.h"
#include "tree/scan.h"
#include "tree/walk.h"

namespace cfs::tools {

namespace {

constexpr std::string_view kNoDump = "is no dump; --store is for dumps";

Result<Tree> from_directory(const ImageSource& source, const store::Repository& repository,
                            store::ObjectStore& store) {
  // A repository inside the directory is not part of the image.
  struct stat own;
  if (::fstat(repository.fd(), &own) < 0) return fail(errno, repository.path());
  TRY_ASSIGN(Tree tree, tree::scan(source.path, {.threads = source.threads,
                                                 .hidden = {{own.st_dev, own.st_ino}}}));
  TRY(store::read_contents(tree, source.path, repository.alg(), &store, source.threads));
  return tree;
}

struct Wanted {
  Digest digest;
  std::string path;  // of one file in the dump that has it
};

// The objects a dump names, each once. They must be what a repository's image can find: named by
// their digests, of the repository's algorithm.
Result<std::vector<Wanted>> wanted_objects(const Tree& tree, HashAlg alg) {
  std::vector<Wanted> wanted;
  std::unordered_set<std::string> seen;
  std::optional<Error> error;
  tree::walk(tree, [&](std::string_view path, const tree::Entry& entry) {
    const tree::Inode& inode = tree[entry.inode];
    if (entry.link || !inode.is_external()) return true;
    auto refuse = [&](std::string_view why) {
      error = Error{EINVAL, cat(printable(path, 4096), ": ", why)};
      return false;
    };
    if (inode.digest == 0) return refuse("has neither content nor a digest");
    Digest digest = tree.digest(inode);
    if (digest.alg != alg)
      return refuse(cat("has a digest by ", fsverity::name(digest.alg), "; the repository is for ",
                        fsverity::name(alg)));
    if (inode.data() != digest.object_path())
      return refuse(cat("its payload is not the object of its digest, ", digest.object_path()));
    if (seen.insert(digest.object_path()).second) wanted.push_back({digest, std::string(path)});
    return true;
  });
  if (error) return tl::make_unexpected(std::move(*error));
  return wanted;
}

Result<> take_object(const Wanted& wanted, int from, store::ObjectStore& store) {
  TRY_ASSIGN(bool there, store.has(wanted.digest));
  if (there) return {};
  std::string object = wanted.digest.object_path();
  auto missing = [&](std::string_view where) {
    return fail_with(
        ENOENT, cat("object ", object, " of ", printable(wanted.path, 4096), " is not ", where));
  };
  if (from < 0) return missing("in the repository; --store says where else to look");
  auto fd = open_beneath(from, object, O_RDONLY | O_NONBLOCK);
  if (!fd && fd.error().code == ENOENT) return missing("in the repository, nor in the store");
  if (!fd) return tl::make_unexpected(std::move(fd).error());
  TRY_ASSIGN(Digest digest, store.add_file(fd->get()));
  if (digest != wanted.digest)
    return fail_with(EBADMSG, cat("object ", object, " in the store has other content"));
  return {};
}

Result<Tree> from_dump(const ImageSource& source, int fd, std::string text,
                       const store::Repository& repository, store::ObjectStore& store) {
  TRY_ASSIGN(std::string rest, read_to_end(fd));
  text += rest;
  rest = {};
  TRY_ASSIGN(Tree tree,
             dump::parse(text, {.sha512 = repository.alg() == HashAlg::kSha512, .consumed = {}}));
  TRY_ASSIGN(auto wanted, wanted_objects(tree, repository.alg()));
  Fd from;
  if (!source.objects.empty()) {
    TRY_ASSIGN(from, open_file(source.objects, O_RDONLY | O_DIRECTORY));
  }
  TRY(parallel_for(source.threads, wanted.size(),
                   [&](std::size_t i) { return take_object(wanted[i], from.get(), store); }));
  return tree;
}

Result<Tree> from_stream(const ImageSource& source, int fd, const store::Repository& repository,
                         store::ObjectStore& store) {
  std::string begun(2, '\0');
  TRY_ASSIGN(std::size_t n, read_full(fd, std::as_writable_bytes(std::span(begun))));
  begun.resize(n);
  if (begun == "/ ") return from_dump(source, fd, std::move(begun), repository, store);
  if (!source.objects.empty()) return fail_with(EINVAL, std::string(kNoDump));
  StoreSink sink(store);
  return archive::read_tar(fd, as_bytes(begun), {.alg = repository.alg()}, &sink);
}

}  // namespace

Result<Tree> read_source(const ImageSource& source, const store::Repository& repository,
                         store::ObjectStore& store) {
  Fd opened;
  if (source.path != "-") {
    struct stat st;
    if (::stat(source.path.c_str(), &st) < 0) return fail(errno, source.path);
    if (S_ISDIR(st.st_mode) && !source.objects.empty())
      return fail_with(EINVAL, cat(source.path, ": ", kNoDump));
    if (S_ISDIR(st.st_mode)) return from_directory(source, repository, store);
    TRY_ASSIGN(opened, open_file(source.path, O_RDONLY));
  }
  auto tree = from_stream(source, opened ? opened.get() : STDIN_FILENO, repository, store);
  if (!tree)
    return in_context(source.path == "-" ? "standard input" : source.path, std::move(tree).error());
  return tree;
}

}  // namespace cfs::tools
