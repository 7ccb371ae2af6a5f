// SPDX-License-Identifier: LGPL-2.1-or-later

// composefs-info: what is in an image, which objects it needs, and fs-verity digests of files.
// Commands, output and messages are those of composefs 1.0.8.

#include <getopt.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "base/fd.h"
#include "base/text.h"
#include "dump/print.h"
#include "erofs/reader.h"
#include "fsverity/kernel.h"
#include "merkle/merkle.h"
#include "tools/out_of_memory.h"

namespace cfs::tools {

namespace {

enum class Command { kLs, kObjects, kMissingObjects, kDump, kMeasureFile };

struct Options {
  Command command;
  std::vector<std::string> files;
  std::optional<std::string> basedir;
  erofs::ReadOptions read;
};

// An image, and the tree that points into it.
struct Loaded {
  Mapping image;
  std::optional<Tree> tree;
};

std::optional<Options> usage(const char* program, const char* text = nullptr) {
  if (text) std::fprintf(stderr, "%s\n", text);
  std::fprintf(
      stderr,
      "usage: %s [--basedir=path] [ls|objects|dump|missing-objects|measure-file] IMAGES...\n",
      program);
  return {};
}

std::optional<Command> command_named(std::string_view name) {
  if (name == "ls") return Command::kLs;
  if (name == "objects") return Command::kObjects;
  if (name == "missing-objects") return Command::kMissingObjects;
  if (name == "dump") return Command::kDump;
  if (name == "measure-file") return Command::kMeasureFile;
  return {};
}

std::optional<Options> parse_options(int argc, char** argv) {
  static const option kOptions[] = {{"basedir", required_argument, nullptr, 'b'},
                                    {"filter", required_argument, nullptr, 'f'},
                                    {}};
  Options options;
  for (int id; (id = ::getopt_long(argc, argv, "", kOptions, nullptr)) != -1;) {
    if (id == 'b') {
      options.basedir = ::optarg;
    } else if (id == 'f') {
      options.read.filter.push_back(::optarg);
      if (options.read.filter.back().find('/') == std::string::npos) continue;
      std::fprintf(stderr, "%s: Filter must be a single name: %s: %s\n",
                   program_invocation_short_name, ::optarg, std::strerror(EINVAL));
      return {};
    } else {
      std::fputs("Def\n", stdout);  // as the reference does
      return usage(argv[0]);
    }
  }
  if (::optind == argc) return usage(argv[0], "No command specified");
  auto command = command_named(argv[::optind]);
  if (!command) {
    std::fprintf(stderr, "%s: Unknown command '%s'\n\n", program_invocation_short_name,
                 argv[::optind]);
    return {};
  }
  options.command = *command;
  options.files.assign(argv + ::optind + 1, argv + argc);
  if (options.files.empty() && *command == Command::kMeasureFile)
    return usage(argv[0], "No files specified");
  return options;
}

Result<> print(std::string_view text) {
  auto written = write_all(STDOUT_FILENO, as_bytes(text));
  if (!written) return in_context("cannot write output", std::move(written).error());
  return written;
}

Result<Fd> open_named(const std::string& path) {
  auto fd = open_file(path, O_RDONLY);
  if (!fd) return fail(fd.error().code, cat("Failed to open '", path, "'"));
  return fd;
}

Result<Loaded> load(const std::string& path, const erofs::ReadOptions& options) {
  auto failed = [&](Error error) { return in_context(cat("Failed to load '", path, "'"), error); };
  TRY_ASSIGN(Fd fd, open_named(path));
  auto image = Mapping::of(fd.get());
  if (!image) return failed(image.error());
  auto tree = erofs::read_image(image->bytes(), options);
  if (!tree) return failed(tree.error());
  return Loaded{std::move(*image), std::move(*tree)};
}

// An object's path, in a mapped image, and its first bytes as a number: enough to tell most apart.
struct Object {
  u64 front = 0;
  std::string_view path;

  explicit Object(std::string_view text) : path(text) {
    for (std::size_t i = 0; i < sizeof front; ++i)
      front = front << 8 | (i < text.size() ? static_cast<u8>(text[i]) : 0);
  }
  auto operator<=>(const Object& other) const = default;
};

void collect_objects(const Tree& tree, std::vector<Object>& objects) {
  for (tree::InodeId id = 0; id < tree.inode_count(); ++id)
    if (tree[id].is_external() && !tree[id].data().empty()) objects.emplace_back(tree[id].data());
}

bool exists_below(int basedir, std::string_view object) {
  object.remove_prefix(std::min(object.find_first_not_of('/'), object.size()));
  struct stat st;
  return ::fstatat(basedir, std::string(object).c_str(), &st, 0) == 0;
}

Result<> run_measure_file(const std::string& path) {
  TRY_ASSIGN(Fd fd, open_named(path));
  auto measured = [&]() -> Result<Digest> {
    TRY_ASSIGN(auto kernel, fsverity::measure(fd.get()));
    if (kernel && kernel->alg != HashAlg::kSha256)
      return fail_with(EILSEQ, Error::describe(EILSEQ));
    if (kernel) return *kernel;
    return merkle::digest_of_fd(HashAlg::kSha256, fd.get());
  }();
  if (!measured) {
    // Without the program's name and a newline, as the reference says it.
    std::fprintf(stderr, "failed to measure '%s': %s", path.c_str(),
                 Error::describe(measured.error().code).c_str());
    return fail_with(measured.error().code, "");
  }
  return print(cat(measured->hex(), "\n"));
}

Result<> run(const Options& options, const char* program) {
  if (options.command == Command::kMeasureFile) {
    for (const std::string& path : options.files) TRY(run_measure_file(path));
    return {};
  }
  Fd basedir;
  if (options.basedir) {
    auto opened = open_file(*options.basedir, O_RDONLY | O_DIRECTORY);
    if (!opened)
      return fail(opened.error().code, cat("Can't open basedir `", *options.basedir, "`\n"));
    basedir = std::move(*opened);
  }
  if (options.files.empty()) {
    usage(program, "No image path specified");
    return fail_with(EINVAL, "");
  }
  // Listings go out image by image, objects as one sorted set at the end.
  std::vector<Object> objects;
  std::vector<Mapping> images;  // which the objects' paths are in
  for (const std::string& path : options.files) {
    TRY_ASSIGN(Loaded loaded, load(path, options.read));
    if (options.command == Command::kLs)
      TRY(dump::print_ls(*loaded.tree, print));
    else if (options.command == Command::kDump)
      TRY(dump::print(*loaded.tree, print));
    else
      collect_objects(*loaded.tree, objects), images.push_back(std::move(loaded.image));
  }
  std::ranges::sort(objects);
  objects.erase(std::unique(objects.begin(), objects.end()), objects.end());
  std::string text;
  for (const Object& object : objects) {
    // Without a base directory nothing is known to exist.
    bool listed = options.command == Command::kObjects || !basedir ||
                  !exists_below(basedir.get(), object.path);
    if (!listed) continue;
    text += object.path;
    text += '\n';
  }
  return print(text);
}

int main(int argc, char** argv) {
  auto options = parse_options(argc, argv);
  if (!options) return EXIT_FAILURE;
  auto result = run(*options, argv[0]);
  if (result) return EXIT_SUCCESS;
  // An empty text: all has been said.
  if (!result.error().text.empty())
    std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, result.error().text.c_str());
  return EXIT_FAILURE;
}

}  // namespace

}  // namespace cfs::tools

int main(int argc, char** argv) {
  cfs::tools::end_when_out_of_memory();
  return cfs::tools::main(argc, argv);
}
