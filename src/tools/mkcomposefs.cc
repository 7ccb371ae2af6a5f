// SPDX-License-Identifier: LGPL-2.1-or-later

// mkcomposefs: a directory or a dump becomes a composefs image and, on request, an object store.
// Options, messages and bytes are those of composefs 1.0.8; unlike it, a run that fails or is
// killed leaves the old image as it was, and success means that image and objects are on the disk.

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "base/fd.h"
#include "base/output_file.h"
#include "base/text.h"
#include "dump/parse.h"
#include "erofs/writer.h"
#include "merkle/merkle.h"
#include "store/contents.h"
#include "tools/mkcomposefs_options.h"
#include "tools/out_of_memory.h"
#include "tree/scan.h"

namespace cfs::tools {

namespace {

Result<Tree> read_dump(const std::string& path) {
  Fd opened;
  int fd = STDIN_FILENO;
  if (path != "-") {
    TRY_ASSIGN(opened, open_file(path, O_RDONLY));
    fd = opened.get();
  }
  dump::ParseOptions options{.strict = ::getenv("CFS_PARSE_STRICT") != nullptr};
  // A regular file from its start is mapped, and let go of as it is read.
  if (::lseek(fd, 0, SEEK_CUR) == 0) {
    auto mapping = Mapping::of(fd);
    if (mapping && !mapping->bytes().empty()) {
      options.consumed = [&](std::size_t offset) { mapping->release_before(offset); };
      return dump::parse(as_text(mapping->bytes()), options);
    }
  }
  // Pipes, and files already read in part, are read.
  auto text = read_to_end(fd);
  if (!text) return fail_with(text.error().code, "Error reading from file");
  return dump::parse(*text, options);
}

Result<std::optional<OutputFile>> open_image(const std::string& path) {
  if (path.empty()) return std::nullopt;
  if (path == "-") {
    if (::isatty(STDOUT_FILENO)) return fail_with(EINVAL, "stdout is a tty.  Refusing to use it");
    return OutputFile::over(STDOUT_FILENO);
  }
  auto image = OutputFile::create(path);
  if (!image) return in_context("failed to open output file", std::move(image).error());
  return std::optional<OutputFile>(std::move(*image));
}

Result<Digest> write_image(const Tree& tree, const MkcomposefsOptions& options,
                           const OutputFile* image) {
  merkle::Builder digest(HashAlg::kSha256);
  auto written = erofs::write_image(tree, {options.min_version, options.max_version},
                                    [&](Bytes bytes) -> Result<> {
                                      digest.update(bytes);
                                      return image ? write_all(image->fd(), bytes) : Result<>();
                                    });
  if (!written) return in_context("cannot write file", std::move(written).error());
  return digest.finish();
}

// What must not show up in an image of a directory that holds IMAGE or the store.
std::vector<tree::Hidden> hidden_names(const MkcomposefsOptions& options, const OutputFile* image) {
  std::vector<tree::Hidden> hidden;
  struct stat st;
  if (image && ::fstat(image->directory(), &st) == 0) {
    hidden.push_back({st.st_dev, st.st_ino, image->name()});
    hidden.push_back({st.st_dev, st.st_ino, std::string(kTemporaryPrefix), true});
  }
  if (options.digest_store && ::stat(options.digest_store->c_str(), &st) == 0)
    hidden.push_back({st.st_dev, st.st_ino, std::string(kTemporaryPrefix), true});
  return hidden;
}

Result<Tree> scan(const MkcomposefsOptions& options, const OutputFile* image) {
  return tree::scan(options.source, {.use_epoch = options.use_epoch,
                                     .skip_devices = options.skip_devices,
                                     .skip_xattrs = options.skip_xattrs,
                                     .user_xattrs = options.user_xattrs,
                                     .threads = options.threads,
                                     .hidden = hidden_names(options, image)});
}

Result<std::unique_ptr<store::ObjectStore>> open_store(const MkcomposefsOptions& options) {
  if (!options.digest_store || options.from_file) return nullptr;
  auto store = store::ObjectStore::open(*options.digest_store, [](const std::string& text) {
    std::fprintf(stderr, "%s: warning: %s\n", program_invocation_short_name, text.c_str());
  });
  if (!store) return in_context("cannot fill store", std::move(store).error());
  return store;
}

Result<> run(const MkcomposefsOptions& options) {
  if (options.source.empty()) return fail_with(EINVAL, "Empty source path specified");
  // IMAGE: a temporary beside it until the end.
  TRY_ASSIGN(auto image, open_image(options.image));
  OutputFile* output = image ? &*image : nullptr;
  // SOURCE becomes a tree: what a dump says, or what a directory holds.
  std::optional<Tree> tree;
  std::unique_ptr<store::ObjectStore> store;
  if (options.from_file) {
    TRY_ASSIGN(tree, read_dump(options.source));
  } else {
    TRY_ASSIGN(tree, scan(options, output));
    // Contents: inline or by digest, and into the store.
    TRY_ASSIGN(store, open_store(options));
    TRY(store::read_contents(*tree, options.source, HashAlg::kSha256, store.get(), options.threads,
                             {}, store::Changed::kTaken));
  }
  // The image, hashed as it is written.
  TRY_ASSIGN(Digest digest, write_image(*tree, options, output));
  // Durable, and in place: first the objects, then the image that names them.
  if (store) {
    if (auto filled = store->commit(options.threads); !filled)
      return in_context("cannot fill store", std::move(filled).error());
  }
  if (output) {
    if (auto closed = output->commit(); !closed)
      return in_context("close output file", std::move(closed).error());
  }
  if (options.print_digest) {
    std::string line = cat(digest.hex(), "\n");
    if (auto printed = write_all(STDOUT_FILENO, as_bytes(line)); !printed)
      return in_context("cannot write file", std::move(printed).error());
  }
  return {};
}

int main(int argc, char** argv) {
  auto options = parse_mkcomposefs_options(argc, argv);
  if (!options) return EXIT_FAILURE;
  if (auto result = run(*options); !result) {
    std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, result.error().text.c_str());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}

}  // namespace

}  // namespace cfs::tools

int main(int argc, char** argv) {
  cfs::tools::end_when_out_of_memory();
  return cfs::tools::main(argc, argv);
}
