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

struct Input {
  Fd opened;
  int fd = STDIN_FILENO;
};

// "-" is standard input.
Result<Input> open_input(const std::string& path) {
  Input input;
  if (path == "-") return input;
  TRY_ASSIGN(input.opened, open_file(path, O_RDONLY));
  input.fd = input.opened.get();
  return input;
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Result<SourceKind> kind_of(const std::string& path) {
  if (path == "-") return SourceKind::kTar;  // what pipelines feed
  struct stat st;
  if (::stat(path.c_str(), &st) < 0) return fail(errno, path);
  if (S_ISDIR(st.st_mode)) {
    bool repository =
        exists(path + "/meta.json") && exists(path + "/objects") && exists(path + "/images");
    return repository ? SourceKind::kRepository : SourceKind::kDirectory;
  }
  if (!S_ISREG(st.st_mode))
    return fail_with(EINVAL, cat(path, ": say what it is: dump:", path, " or tar:", path));
  TRY_ASSIGN(Fd fd, open_file(path, O_RDONLY));
  std::byte first{};
  auto got = read_full(fd.get(), MutableBytes(&first, 1));
  if (!got) return in_context(path, std::move(got).error());
  return first == std::byte{'/'} ? SourceKind::kDump : SourceKind::kTar;
}

}  // namespace

Result<Source> parse_source(const std::string& text) {
  constexpr std::pair<std::string_view, SourceKind> kKinds[] = {{"dir:", SourceKind::kDirectory},
                                                                {"dump:", SourceKind::kDump},
                                                                {"tar:", SourceKind::kTar},
                                                                {"repo:", SourceKind::kRepository}};
  for (auto [prefix, kind] : kKinds)
    if (text.starts_with(prefix)) return Source{kind, text.substr(prefix.size())};
  TRY_ASSIGN(SourceKind kind, kind_of(text));
  return Source{kind, text};
}

Result<> check_outside(const std::string& output, const std::vector<Source>& sources) {
  // Where the file will be, not the links that lead to it.
  std::filesystem::path target = output;
  std::error_code none;
  for (int links = 0; links < 40 && std::filesystem::is_symlink(target, none); ++links)
    target = target.parent_path() / std::filesystem::read_symlink(target, none);
  const std::string parent = target.has_parent_path() ? target.parent_path().string() : ".";
  Fd dir(::open(parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  struct stat above, st;
  dev_t dev = 0;
  ino_t ino = 0;
  while (dir && ::fstat(dir.get(), &above) == 0) {
    if (above.st_dev == dev && above.st_ino == ino) return {};  // the root
    dev = above.st_dev, ino = above.st_ino;
    for (const Source& source : sources)
      if (source.kind == SourceKind::kDirectory && ::stat(source.path.c_str(), &st) == 0 &&
          st.st_dev == dev && st.st_ino == ino)
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

Result<Tree> Sources::read_dump(const std::string& path) {
  if (store_.empty())
    return fail_with(EINVAL, cat(path, ": a dump names contents; say with --store where they are"));
  TRY_ASSIGN(Input input, open_input(path));
  TRY_ASSIGN(std::string text, read_to_end(input.fd));
  auto parsed = dump::parse(text, {.sha512 = metadata_.alg == HashAlg::kSha512});
  if (!parsed) return in_context(path, std::move(parsed).error());
  TRY_ASSIGN(Fd fd, open_directory(store_));
  const int store = fd.get();
  auto files = std::make_unique<FileContents>(store_, std::move(fd));
  Result<> result;
  tree::walk(*parsed, [&](std::string_view name, const tree::Entry& entry) {
    const Inode& inode = (*parsed)[entry.inode];
    if (entry.link || !inode.is_external()) return true;
    auto refuse = [&](std::string_view why) {
      result = fail_with(EINVAL, cat(path, ": ", printable(name), ": ", why));
      return false;
    };
    if (inode.digest == 0) return refuse("has no digest; only what can be checked goes on a disk");
    const Digest digest = parsed->digest(inode);
    if (digest.alg != metadata_.alg)
      return refuse("has a digest of another algorithm than the disk");
    std::string object = digest.object_path();
    if (inode.data() != object && inode.data() != cat("/", object))
      return refuse("its content is not named by its digest");
    struct stat st;
    auto opened = open_beneath(store, object, O_RDONLY | O_NONBLOCK);
    if (!opened)
      return refuse(cat("no content in ", store_, ": ", Error::describe(opened.error().code)));
    if (::fstat(opened->get(), &st) < 0 || !S_ISREG(st.st_mode) ||
        static_cast<u64>(st.st_size) != inode.size)
      return refuse(cat(store_, "/", object, " is no file of ", inode.size, " bytes"));
    objects_.add({digest, inode.size, files.get(), files->add(object), true});
    return true;
  });
  TRY(std::move(result));
  contents_.push_back(std::move(files));
  return std::move(*parsed);
}

// The stream may be a pipe: what is new in it is kept until it is written.
Result<Tree> Sources::read_tar(const std::string& path, bool stored) {
  TRY_ASSIGN(Input input, open_input(path));
  TRY_ASSIGN(Fd file, unnamed_file(spool_beside_));
  auto spool = std::make_unique<Spool>(path, std::move(file), objects_, stored);
  auto tree = archive::read_tar(input.fd, {}, {.alg = metadata_.alg}, spool.get());
  if (!tree) return in_context(path, std::move(tree).error());
  contents_.push_back(std::move(spool));
  return tree;
}

Result<Tree> Sources::read_tree(const Source& source, bool stored) {
  switch (source.kind) {
    case SourceKind::kDirectory:
      return read_directory(source.path, stored);
    case SourceKind::kDump:
      return read_dump(source.path);
    case SourceKind::kTar:
      return read_tar(source.path, stored);
    case SourceKind::kRepository:
      break;
  }
  return fail_with(EINVAL, cat(source.path, ": a repository is no tree"));
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
