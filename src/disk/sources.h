// SPDX-License-Identifier: LGPL-2.1-or-later

// What a disk is made of: trees from directories, dumps and tar streams, and whole repositories.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/output_file.h"
#include "disk/layout.h"
#include "disk/objects.h"
#include "tree/scan.h"

namespace cfs::disk {

enum class SourceKind { kDirectory, kDump, kTar, kRepository };

struct Source {
  SourceKind kind = SourceKind::kDirectory;
  std::string path;
};

// KIND:PATH, or PATH alone: a directory with meta.json, objects and images is a repository, any
// other a directory; a file that begins with a slash is a dump, any other a tar stream.
Result<Source> parse_source(const std::string& text);

class Sources {
 public:
  // `store` has the contents of dumps; empty if there is none. `spool_beside` is the directory in
  // which contents that come only once are kept, in a file without a name.
  Sources(HashAlg alg, unsigned threads, std::string store, std::string spool_beside);

  // The disk itself, and what will become it, are in no tree.
  void hide(const OutputFile& output);

  // Reads everything that a source says; of contents only what is needed to know their digests.
  // Fails on the first file that cannot be read, and on what no disk can hold.
  Result<> add(const Source& source);
  // A directory or tar stream for state: its contents do not go into the repository.
  Result<Seed> add_seed(const Source& source);
  // When all are added: sorts the objects, checks that each image has what it needs.
  Result<> finish();

  const Objects& objects() const { return objects_; }
  const std::vector<Digest>& images() const { return images_; }
  // Symlinks of repositories, see Plan.
  const std::vector<std::pair<std::string, std::string>>& links() const { return links_; }
  // The trees of the images, in the same order.
  const Tree& tree(std::size_t image) const { return *image_trees_[image]; }

 private:
  Result<Tree> read_directory(const std::string& path, bool stored);
  Result<Tree> read_dump(const std::string& path);
  Result<Tree> read_tar(const std::string& path, bool stored);
  Result<> add_repository(const std::string& path);
  Result<> add_repository_objects(const std::string& path);
  Result<> add_repository_images(const std::string& path);
  Result<Tree> read_tree(const Source& source, bool stored);
  Result<> add_image_of(std::unique_ptr<Tree> tree);
  Result<> check_image(std::size_t image) const;

  HashAlg alg_;
  unsigned threads_;
  std::string store_, spool_beside_;
  std::vector<tree::Hidden> hidden_;
  std::vector<std::unique_ptr<Contents>> contents_;
  std::vector<Mapping> mappings_;
  std::vector<std::unique_ptr<Tree>> trees_;
  Objects objects_;
  std::vector<Digest> images_;
  std::vector<const Tree*> image_trees_;
  std::vector<std::string> image_names_;
  std::vector<std::pair<std::string, std::string>> links_;
};

}  // namespace cfs::disk
