// SPDX-License-Identifier: LGPL-2.1-or-later

// A directory of files named by the fs-verity digest of their content: xx/rest-of-the-hex.
//
// New objects are gathered in a staging directory inside the store and appear under their names
// only in commit(), all data on the disk before the first name: a run that fails or is killed adds
// nothing. What killed runs left behind is removed by the next one; directories in use are locked.
// Nothing is written or read through a symlink or a mount inside the store.

#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/output_file.h"
#include "base/result.h"
#include "fsverity/digest.h"

namespace cfs::store {

class ObjectStore {
 public:
  // Receives one line about each bad object that is replaced.
  using Warn = std::function<void(const std::string&)>;

  // Whether an object may be without fs-verity where the file system has none.
  enum class Verity { kIfPossible, kRequired };

  // Creates the directory and its parents where they are missing (0755). All objects are named by
  // digests of `alg`.
  static Result<std::unique_ptr<ObjectStore>> open(const std::string& path, Warn warn,
                                                   HashAlg alg = HashAlg::kSha256,
                                                   Verity verity = Verity::kIfPossible);
  // The open directory `store`, whose path is for messages.
  static Result<std::unique_ptr<ObjectStore>> open(Fd store, std::string path, Warn warn,
                                                   HashAlg alg, Verity verity);
  ~ObjectStore();

  // All of these may be called from several threads.

  // True when the object need not be added: it is staged already, or it is in the store with the
  // content its name says (fs-verity where it has it, else its bytes).
  Result<bool> has(const Digest& digest);
  // Both add what the store does not have yet. A file is shared (reflink) where the file system
  // can, else copied; digest and size are those of the copy, whatever happens to the file
  // meanwhile.
  Result<> add(const Digest& digest, Bytes content);
  Result<Digest> add_file(int fd, u64* size = nullptr);
  // An object that comes in pieces; see below.
  class Stream;
  Result<Stream> begin();

  // Makes everything durable: data, fs-verity where the file system has it, names. With
  // Verity::kRequired, EOPNOTSUPP where it has none, and nothing is added.
  Result<> commit(unsigned threads);

 private:
  struct Staged {
    Digest digest;
    std::string object;  // xx/rest
    std::string name;    // in the staging directory
  };
  ObjectStore(std::string path, Fd store, Temporary staging, Warn warn, HashAlg alg, Verity verity);
  struct StagedFile;
  Result<StagedFile> create_staged();
  void stage(const Digest& digest, StagedFile file);
  Result<bool> check_existing(const std::string& object, const Digest& digest);
  Result<> seal(int fd, const Digest& digest);
  Result<> move_into_place();

  std::string path_;  // for messages
  Fd store_;
  Temporary staging_;
  Warn warn_;
  HashAlg alg_;
  bool required_;
  std::atomic<u64> next_name_ = 0;
  std::atomic<bool> verity_ = true;  // until the file system says no
  std::mutex mutex_;
  std::unordered_set<std::string> known_;  // objects checked or staged in this run
  std::vector<Staged> staged_;
};

class ObjectStore::Stream {
 public:
  Stream(Stream&&) noexcept;
  ~Stream();  // without finish(): it never was

  Result<> write(Bytes data);
  // `digest` is that of everything written: whoever passes the bytes on has hashed them.
  Result<> finish(const Digest& digest);

 private:
  friend class ObjectStore;
  Stream(ObjectStore& store, std::unique_ptr<StagedFile> file);

  ObjectStore* store_;
  std::unique_ptr<StagedFile> file_;
};

}  // namespace cfs::store
