// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <sys/types.h>

#include <unordered_set>

#include "archive/tar.h"
#include "disk/objects.h"

namespace cfs::disk {

// Contents that come only once, kept in a file without a name until they are written: each once.
class Spool : public Contents, public archive::ContentSink {
 public:
  // `file` is empty. Every new content is added to `objects`.
  Spool(std::string name, Fd file, Objects& objects, bool stored)
      : name_(std::move(name)), file_(std::move(file)), objects_(objects), stored_(stored) {}

  Result<> begin(u64 size) override;
  Result<> write(Bytes data) override;
  Result<> end(const Digest& digest) override;

  std::string name(u32) const override { return name_; }
  Result<> read(u32 item, const Sink& sink) const override;
  u64 allocated(u32, u64 size) const override { return size; }

 private:
  struct Extent {
    u64 start, size;
  };

  std::string name_;
  Fd file_;
  Objects& objects_;
  bool stored_;
  std::vector<Extent> extents_;
  std::unordered_set<std::string> seen_;  // digests, as bytes
  u64 start_ = 0, at_ = 0;                // of the content that is coming in
};

}  // namespace cfs::disk
