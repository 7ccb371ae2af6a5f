// SPDX-License-Identifier: LGPL-2.1-or-later

// All contents that a disk may hold, each once, by digest. None of them is kept: an object says
// where its bytes can be read when it is written.

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "fsverity/digest.h"

namespace cfs::disk {

// Numbered contents that can be read any number of times, from several threads.
class Contents {
 public:
  using Sink = std::function<Result<>(Bytes)>;
  virtual ~Contents() = default;
  // For messages: where item `item` comes from.
  virtual std::string name(u32 item) const = 0;
  // All of it, front to back. Errors name it.
  virtual Result<> read(u32 item, const Sink& sink) const = 0;
  // Bytes that it takes where it is; less than its size when it has holes.
  virtual u64 allocated(u32 item, u64 size) const = 0;
};

// Files below a directory.
class FileContents : public Contents {
 public:
  FileContents(std::string directory, Fd fd)
      : directory_(std::move(directory)), fd_(std::move(fd)) {}
  // `path` is relative to the directory.
  u32 add(std::string_view path);
  std::string name(u32 item) const override { return directory_ + "/" + paths_[item]; }
  Result<> read(u32 item, const Sink& sink) const override;
  u64 allocated(u32 item, u64 size) const override;

 private:
  std::string directory_;
  Fd fd_;
  std::vector<std::string> paths_;
};

struct Object {
  Digest digest;
  u64 size = 0;
  const Contents* contents = nullptr;
  u32 item = 0;
  bool stored = true;  // goes into the repository; else only state has it

  std::string name() const { return contents->name(item); }
  u64 allocated() const { return contents->allocated(item, size); }
};

class Objects {
 public:
  static constexpr u32 kNone = ~u32{0};

  // Of several with one digest the first added is the one that is read, and one that is stored
  // makes it stored.
  void add(const Object& object) { objects_.push_back(object); }
  // Sorts by digest; to be called between the last add() and the first of the following.
  void index();
  std::size_t size() const { return objects_.size(); }
  const Object& operator[](u32 index) const { return objects_[index]; }
  u32 find(const Digest& digest) const;

 private:
  std::vector<Object> objects_;
};

}  // namespace cfs::disk
