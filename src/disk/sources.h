// SPDX-License-Identifier: LGPL-2.1-or-later

// What a disk is made of: trees from directories, dumps and tar streams, and whole repositories.

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "disk/layout.h"
#include "disk/objects.h"
#include "store/metadata.h"
#include "store/repository.h"
#include "store/source.h"

namespace cfs::disk {

using store::Source;
using store::SourceKind;

// The algorithm of the first repository among them; nothing when there is none.
Result<std::optional<HashAlg>> algorithm_of(const std::vector<Source>& sources);

// Refuses an output in the directory of a source: to write there changes times that are in the
// image.
Result<> check_outside(const std::string& output, const Source& source);

class Sources {
 public:
  // `store` has the contents of dumps; empty if there is none. `spool_beside` is the directory in
  // which contents that come only once are kept, in a file without a name.
  Sources(HashAlg alg, unsigned threads, std::string store, std::string spool_beside);

  // Reads everything that a source says; of contents only what is needed to know their digests.
  // Fails on the first file that cannot be read, and on what no disk can hold.
  Result<> add(const Source& source);
  // A directory or tar stream for state: its contents do not go into the repository.
  Result<Seed> add_seed(const Source& source);
  // When all are added: sorts the objects, checks that each image has what it needs.
  Result<> finish();

  const Objects& objects() const { return objects_; }
  // The text of the repository's meta.json is an object like others, after finish().
  const Digest& metadata_digest() const { return metadata_digest_; }
  struct Image {
    Digest digest;
    const Tree* tree;
    std::string name;  // for messages
  };
  const std::vector<Image>& images() const { return images_; }
  // Names of images, and links below streams/, of repositories.
  const std::map<std::string, Digest>& refs() const { return refs_; }
  const std::map<std::string, std::string>& streams() const { return streams_; }

 private:
  Result<Tree> read_directory(const std::string& path, bool stored);
  Result<> add_store(const Tree& tree);
  Result<Tree> read_dump(const Source& source);
  Result<Tree> read_tar(const Source& source, bool stored);
  Result<> add_repository(const std::string& path);
  Result<> add_repository_objects(const store::Repository& repository);
  Result<> add_repository_images(const store::Repository& repository);
  Result<> add_repository_streams(const std::string& path);
  Result<Tree> read_tree(const Source& source, bool stored);
  Result<> check_image(const Image& image) const;

  store::Metadata metadata_;
  Digest metadata_digest_;
  unsigned threads_;
  std::string store_, spool_beside_;
  std::vector<std::unique_ptr<Contents>> contents_;
  std::vector<Mapping> mappings_;
  std::vector<std::unique_ptr<Tree>> trees_;
  Objects objects_;
  std::vector<std::unique_ptr<store::Repository>> repositories_;
  std::vector<Image> images_;
  std::map<std::string, Digest> refs_;
  std::map<std::string, std::string> streams_;
};

}  // namespace cfs::disk
