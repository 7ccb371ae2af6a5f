// SPDX-License-Identifier: LGPL-2.1-or-later

// A directory of images and their objects, laid out as composefs-rs lays it out:
//
//   meta.json          algorithm, features; with fs-verity itself if all objects must have it
//   objects/xx/rest…   contents and images, named by their fs-verity digest
//   images/HEX         → ../objects/xx/rest…, what may be mounted
//   images/refs/NAME   → ../HEX, names for people; NAME may have slashes
//   streams/           composefs-rs' own; never touched
//
// Whoever has it open holds a shared lock (flock on the directory), a collector of garbage an
// exclusive one; who wants the former waits, and says so after a second. Several may write at once.
// Everything becomes visible by rename, an image after its objects, a name after its image: a run
// that is killed leaves a valid repository.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "store/metadata.h"
#include "store/object_store.h"

namespace cfs::store {

struct Ref {
  std::string name;  // below images/refs
  Digest digest;
  bool dangling = false;  // there is no such image
};

class Repository {
 public:
  struct Settings {
    HashAlg alg = HashAlg::kSha256;
    u32 erofs_format = 0;   // 0 or 1
    bool insecure = false;  // objects need no fs-verity
  };
  // Makes a repository of a directory that is new (0700), empty, or an object store with images but
  // without meta.json. One that is there already is left alone if it has these settings, else
  // EEXIST. Several at once make one, with the settings of the first. EOPNOTSUPP when fs-verity is
  // wanted and cannot be had; nothing is left behind then.
  static Result<> create(const std::string& path, const Settings& settings);

  // ENOENT when there is none. A directory with objects but without meta.json can be read.
  // EBUSY when it is wanted for this program alone and others have it open.
  enum class Use { kShared, kAlone };
  static Result<Repository> open(const std::string& path, Use use = Use::kShared);

  const std::string& path() const { return path_; }
  int fd() const { return fd_.get(); }
  HashAlg alg() const { return metadata_.alg; }
  // Nothing without meta.json; alg() is then a guess from the names of objects.
  const Metadata* metadata() const { return has_metadata_ ? &metadata_ : nullptr; }
  // All objects must have fs-verity. From the disk: good against mistakes, not against attackers.
  bool secure() const { return secure_; }

  // Says why not when this program must not write.
  Result<> check_writable() const;
  // Its object store, to be filled and committed. check_writable() comes first.
  Result<std::unique_ptr<ObjectStore>> objects(ObjectStore::Warn warn) const;
  // EEXIST when the name `ref` cannot be given: it holds names, or a part of it is one.
  Result<> check_free(const std::string& ref) const;
  // Makes a committed object an image and, if `ref` is not empty, gives it that name, which may
  // have been another image's. Durable on return.
  Result<> add_image(const Digest& image, const std::string& ref) const;

  // These want the repository opened for this program alone. Durable on return. An image goes after
  // its names; objects stay.
  Result<> remove_ref(const std::string& ref) const;
  Result<> remove_image(const Digest& image) const;

  // Sorted. Links of other shapes are left out: check them with a verification.
  Result<std::vector<Digest>> images() const;
  // `strange`, if given, receives the paths below images/refs that name nothing in a known way.
  Result<std::vector<Ref>> refs(std::vector<std::string>* strange = nullptr) const;
  // The image that a word means: its digest, a name (with or without "refs/"), or the beginning of
  // a digest, 4 digits at least, that only one image has. ENOENT, or EINVAL if several fit.
  Result<Digest> find(const std::string& word) const;

  // Opens without following any link. The errors name the object.
  Result<Fd> open_object(const Digest& digest) const;

 private:
  Repository(std::string path, Fd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  Result<> read_metadata();

  std::string path_;
  Fd fd_;
  Metadata metadata_;
  bool has_metadata_ = false;
  bool secure_ = false;
};

// A name for an image: components between slashes, none of them empty, "." or ".."; not what could
// be taken for a digest, and not below "refs/", which find() takes off.
Result<> check_ref(std::string_view name);

// The text of the link images/refs/NAME, and what an existing one means: "../HEX", also
// "../../images/HEX", with one more "../" for every slash in NAME.
std::string ref_target(std::string_view name, const Digest& image);
std::optional<Digest> parse_ref_target(std::string_view name, std::string_view target);
// The same for images/HEX and streams/NAME: "../objects/xx/rest".
std::string image_target(const Digest& image);
std::optional<Digest> parse_image_target(std::string_view target);

}  // namespace cfs::store
