// SPDX-License-Identifier: LGPL-2.1-or-later

#include "disk/sources.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "archive/tar.h"
#include "base/text.h"
#include "disk/spool.h"
#include "disk/unnamed_file.h"
#include "dump/parse.h"
#include "erofs/writer.h"
#include "merkle/merkle.h"
#include "store/contents.h"
#include "store/named_objects.h"
#include "tree/scan.h"
#include "tree/walk.h"

namespace cfs::disk {

using tree::Inode;

namespace {

// The image of a tree, made anew each time it is read.
class ImageContents : public Contents {
 public:
  ImageContents(const Tree& tree, std::string name) : tree_(tree), name_(std::move(name)) {}
  std::string name(u32) const override { return name_; }
  Result<> read(u32, const Sink& sink) const override {
    auto written = erofs::write_image(tree_, {}, sink);
    if (!written) return in_context(name_, std::move(written).error());
    return written;
  }
  u64 allocated(u32, u64 size) const override { return size; }

 private:
  const Tree& tree_;
  std::string name_;
};

class TextContents : public Contents {
 public:
  TextContents(std::string text, std::string name)
      : text_(std::move(text)), name_(std::move(name)) {}
  std::string name(u32) const override { return name_; }
  Result<> read(u32, const Sink& sink) const override { return sink(as_bytes(text_)); }
  u64 allocated(u32, u64 size) const override { return size; }

 private:
  std::string text_, name_;
};

Result<Fd> open_directory(const std::string& path) {
  return open_file(path, O_RDONLY | O_DIRECTORY);
}

}  // namespace

Result<> check_outside(const std::string& output, const Source& source) {
  struct stat st;
  if (source.kind != SourceKind::kDirectory || ::stat(source.path.c_str(), &st) < 0) return {};
  // Where the file will be, not the links that lead to it.
  std::filesystem::path target = output;
  std::error_code none;
  for (int links = 0; links < 40 && std::filesystem::is_symlink(target, none); ++links)
    target = target.parent_path() / std::filesystem::read_symlink(target, none);
  const std::string parent = target.has_parent_path() ? target.parent_path().string() : ".";
  Fd dir(::open(parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  struct stat above;
  dev_t dev = 0;
  ino_t ino = 0;
  while (dir && ::fstat(dir.get(), &above) == 0) {
    if (above.st_dev == dev && above.st_ino == ino) return {};  // the root
    dev = above.st_dev, ino = above.st_ino;
    if (st.st_dev == dev && st.st_ino == ino)
      return fail_with(EINVAL, cat(output, ": lies in the source ", source.path,
                                   ", whose times it would change; write it elsewhere"));
    dir = Fd(::openat(dir.get(), "..", O_PATH | O_DIRECTORY | O_CLOEXEC));
  }
  return {};  // who opens the output says what is wrong
}

Sources::Sources(HashAlg alg, unsigned threads, std::string store, std::string spool_beside)
    : threads_(threads), store_(std::move(store)), spool_beside_(std::move(spool_beside)) {
  metadata_.alg = alg;
}

Result<Tree> Sources::read_directory(const std::string& path, bool stored) {
  TRY_ASSIGN(Tree tree, tree::scan(path, {.threads = threads_}));
  if (!tree[tree::kRoot].is_directory()) return fail(ENOTDIR, path);
  TRY(store::read_contents(tree, path, metadata_.alg, nullptr, threads_));
  TRY_ASSIGN(Fd fd, open_directory(path));
  auto files = std::make_unique<FileContents>(path, std::move(fd));
  tree::walk(tree, [&](std::string_view name, const tree::Entry& entry) {
    const Inode& inode = tree[entry.inode];
    if (inode.is_external())
      objects_.add(
          {tree.digest(inode), inode.size, files.get(), files->add(name.substr(1)), stored});
    return true;
  });
  contents_.push_back(std::move(files));
  return tree;
}

// The contents of a dump, in the directory `store`.
Result<> Sources::add_store(const Tree& tree) {
  TRY_ASSIGN(auto named, store::named_objects(tree, metadata_.alg));
  TRY_ASSIGN(Fd fd, open_directory(store_));
  const int store = fd.get();
  auto files = std::make_unique<FileContents>(store_, std::move(fd));
  for (const store::NamedObject& content : named) {
    std::string object = content.digest.object_path();
    auto refuse = [&](int error, std::string_view why) {
      return fail_with(error, cat(printable(tree::path_of(tree, content.inode), 4096), ": ", why));
    };
    struct stat st;
    auto opened = open_beneath(store, object, O_RDONLY | O_NONBLOCK);
    if (!opened)
      return refuse(opened.error().code,
                    cat("no content in ", store_, ": ", Error::describe(opened.error().code)));
    if (::fstat(opened->get(), &st) < 0 || !S_ISREG(st.st_mode) ||
        static_cast<u64>(st.st_size) != content.size)
      return refuse(EBADMSG, cat(store_, "/", object, " is no file of ", content.size, " bytes"));
    objects_.add({content.digest, content.size, files.get(), files->add(object), true});
  }
  contents_.push_back(std::move(files));
  return {};
}

Result<Tree> Sources::read_dump(const Source& source) {
  if (store_.empty())
    return fail_with(EINVAL, "a dump names contents; say with --store where they are");
  std::string text = source.begun;
  TRY_ASSIGN(std::string rest, read_to_end(source.stream.get()));
  text += rest;
  rest = {};
  TRY_ASSIGN(Tree tree, dump::parse(text, {.sha512 = metadata_.alg == HashAlg::kSha512}));
  TRY(add_store(tree));
  return tree;
}

// The stream may be a pipe: what is new in it is kept until it is written.
Result<Tree> Sources::read_tar(const Source& source, bool stored) {
  TRY_ASSIGN(Fd file, unnamed_file(spool_beside_));
  auto spool = std::make_unique<Spool>(source.path, std::move(file), objects_, stored);
  TRY_ASSIGN(Tree tree, archive::read_tar(source.stream.get(), as_bytes(source.begun),
                                          {.alg = metadata_.alg}, spool.get()));
  contents_.push_back(std::move(spool));
  return tree;
}

Result<Tree> Sources::read_tree(const Source& source, bool stored) {
  if (source.kind == SourceKind::kDirectory) return read_directory(source.path, stored);
  auto tree = source.kind == SourceKind::kDump ? read_dump(source) : read_tar(source, stored);
  if (!tree) return in_context(source.path, std::move(tree).error());
  return tree;
}

Result<> Sources::add(const Source& source) {
  if (source.kind == SourceKind::kRepository) return add_repository(source.path);
  TRY_ASSIGN(Tree tree, read_tree(source, true));
  trees_.push_back(std::make_unique<Tree>(std::move(tree)));
  auto image = std::make_unique<ImageContents>(*trees_.back(), cat("image of ", source.path));
  merkle::Builder digest(metadata_.alg);
  TRY(image->read(0, [&](Bytes data) -> Result<> {
    digest.update(data);
    return {};
  }));
  images_.push_back({digest.finish(), trees_.back().get(), image->name(0)});
  objects_.add({images_.back().digest, digest.size(), image.get(), 0, true});
  contents_.push_back(std::move(image));
  return {};
}

Result<Seed> Sources::add_seed(const Source& source) {
  if (source.kind != SourceKind::kDirectory && source.kind != SourceKind::kTar)
    return fail_with(EINVAL, cat(source.path, ": state comes from a directory or a tar stream"));
  TRY_ASSIGN(Tree tree, read_tree(source, false));
  trees_.push_back(std::make_unique<Tree>(std::move(tree)));
  return Seed{trees_.back().get(), tree::kRoot};
}

Result<> Sources::finish() {
  std::string meta = metadata_.json();
  metadata_digest_ = merkle::digest_of(metadata_.alg, as_bytes(meta));
  contents_.push_back(std::make_unique<TextContents>(meta, "meta.json"));
  objects_.add({metadata_digest_, meta.size(), contents_.back().get(), 0, false});
  objects_.index();
  for (const Image& image : images_) TRY(check_image(image));
  return {};
}

// An image whose contents are not all there would boot, and fail later.
Result<> Sources::check_image(const Image& image) const {
  const Tree& tree = *image.tree;
  for (tree::InodeId id = 0; id < tree.inode_count(); ++id) {
    const Inode& inode = tree[id];
    if (!inode.is_external()) continue;
    u32 object = inode.digest ? objects_.find(tree.digest(inode)) : Objects::kNone;
    if (object == Objects::kNone || !objects_[object].stored)
      return fail_with(
          ENOENT,
          cat(image.name, ": its object ",
              inode.digest ? tree.digest(inode).hex() : printable(inode.data()), " is missing"));
    if (objects_[object].size != inode.size)
      return fail_with(EBADMSG, cat(image.name, ": object ", tree.digest(inode).hex(),
                                    " has another size than it says"));
  }
  return {};
}

}  // namespace cfs::disk
