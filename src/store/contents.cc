// SPDX-License-Identifier: LGPL-2.1-or-later

#include "store/contents.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/parallel.h"
#include "base/text.h"
#include "merkle/merkle.h"
#include "tree/rules.h"
#include "tree/walk.h"

namespace cfs::store {

namespace {

// Files up to this size are read once, into memory, to be hashed and written from there.
constexpr u64 kWholeMax = 1 << 20;

struct File {
  tree::InodeId inode;
  std::string path;  // below the source, with a leading slash
};

std::vector<File> files_with_contents(const Tree& tree) {
  std::vector<File> files;
  tree::walk(tree, [&](std::string_view path, const tree::Entry& entry) {
    const tree::Inode& inode = tree[entry.inode];
    if (inode.is_regular() && inode.size > 0) files.push_back({entry.inode, std::string(path)});
    return true;
  });
  return files;
}

// What a thread takes at once: a few files, few bytes.
std::vector<std::span<const File>> in_batches(const Tree& tree, std::span<const File> files) {
  constexpr std::size_t kFiles = 32;
  std::vector<std::span<const File>> batches;
  while (!files.empty()) {
    std::size_t count = 0;
    for (u64 bytes = 0; count < std::min(kFiles, files.size()) && bytes < kWholeMax; ++count)
      bytes += tree[files[count].inode].size;
    batches.push_back(files.first(count));
    files = files.subspan(count);
  }
  return batches;
}

class Reader {
 public:
  Reader(Tree& tree, const std::string& source_name, int source, HashAlg alg, ObjectStore* store,
         Changed changed)
      : tree_(tree),
        source_name_(source_name),
        source_(source),
        alg_(alg),
        store_(store),
        changed_(changed) {}

  Result<> read(const File& file, std::vector<std::byte>& buffer);

 private:
  Result<> keep_inline(const File& file, Bytes content);
  Result<Digest> digest_whole(Bytes content);
  Result<Digest> digest_large(const File& file, int fd, u64& size);
  // `size` is what was read.
  Result<> check_size(const File& file, u64 size) const;
  Result<> set_object(const File& file, const Digest& digest, u64 size);

  tl::unexpected<Error> cannot_digest(const File& file, const Error& error) const {
    return fail_with(error.code, cat("error computing digest: ", Error::describe(error.code), " (",
                                     source_name_, file.path, ")"));
  }
  static tl::unexpected<Error> cannot_fill(const Error& error) {
    return in_context("cannot fill store", error);
  }

  Tree& tree_;
  const std::string& source_name_;
  int source_;
  HashAlg alg_;
  ObjectStore* store_;
  Changed changed_;
  std::mutex mutex_;  // for the tree
};

Result<> Reader::read(const File& file, std::vector<std::byte>& buffer) {
  auto fd = open_deep(source_, std::string_view(file.path).substr(1), O_RDONLY | O_NONBLOCK);
  if (!fd) return cannot_digest(file, fd.error());
  u64 size = tree_[file.inode].size;
  if (size <= kWholeMax) {
    // One byte more than expected shows a file that has grown.
    const bool keep = size <= tree::kInlineContentScan;
    auto n = pread_full(fd->get(), MutableBytes(buffer).first(keep ? size + 1 : kWholeMax + 1), 0);
    if (!n) return cannot_digest(file, n.error());
    Bytes content = Bytes(buffer).first(*n);
    if (keep) return keep_inline(file, content);
    if (*n <= kWholeMax) {
      TRY_ASSIGN(Digest digest, digest_whole(content));
      return set_object(file, digest, *n);
    }
  }
  TRY_ASSIGN(Digest digest, digest_large(file, fd->get(), size));
  return set_object(file, digest, size);
}

Result<> Reader::check_size(const File& file, u64 size) const {
  if (changed_ == Changed::kTaken || size == tree_[file.inode].size) return {};
  return fail_with(EAGAIN, cat(source_name_, file.path, " has changed while it was read: it had ",
                               tree_[file.inode].size, " bytes, ", size,
                               " were read; try again, or leave it out"));
}

Result<> Reader::keep_inline(const File& file, Bytes content) {
  TRY(check_size(file, content.size()));
  const u64 size = tree_[file.inode].size;
  if (content.size() < size) return cannot_digest(file, Error{ENODATA, ""});
  std::lock_guard lock(mutex_);
  tree::Inode& inode = tree_[file.inode];
  inode.inline_content = true;
  inode.set_data(tree_.arena().copy(as_text(content.first(size))));
  return {};
}

Result<Digest> Reader::digest_whole(Bytes content) {
  Digest digest = merkle::digest_of(alg_, content);
  if (!store_) return digest;
  if (auto added = store_->add(digest, content); !added) return cannot_fill(added.error());
  return digest;
}

Result<Digest> Reader::digest_large(const File& file, int fd, u64& size) {
  if (store_) {
    auto digest = store_->add_file(fd, &size);
    if (!digest) return cannot_fill(digest.error());
    return digest;
  }
  auto digest = merkle::digest_of_fd(alg_, fd, &size);
  if (!digest) return cannot_digest(file, digest.error());
  return digest;
}

Result<> Reader::set_object(const File& file, const Digest& digest, u64 size) {
  TRY(check_size(file, size));
  std::string object = digest.object_path();
  std::lock_guard lock(mutex_);
  tree_[file.inode].set_data(tree_.arena().copy(object));
  tree_.set_digest(file.inode, digest);
  return {};
}

}  // namespace

Result<> read_contents(Tree& tree, const std::string& source, HashAlg alg, ObjectStore* store,
                       unsigned threads, const std::function<void(u64 done, u64 total)>& progress,
                       Changed changed) {
  std::vector<File> files = files_with_contents(tree);
  if (files.empty()) return {};
  auto dir = open_file(source, O_PATH | O_DIRECTORY);
  if (!dir)
    return fail_with(
        dir.error().code,
        cat("error computing digest: ", Error::describe(dir.error().code), " (", source, ")"));
  Reader reader(tree, source, dir->get(), alg, store, changed);
  std::vector<std::span<const File>> batches = in_batches(tree, files);
  std::mutex mutex;
  u64 done = 0;
  return parallel_for(threads, batches.size(), [&](std::size_t i) -> Result<> {
    thread_local std::vector<std::byte> buffer(kWholeMax + 1);
    for (const File& file : batches[i]) TRY(reader.read(file, buffer));
    if (progress) {
      std::lock_guard lock(mutex);
      progress(done += batches[i].size(), files.size());
    }
    return {};
  });
}

}  // namespace cfs::store
