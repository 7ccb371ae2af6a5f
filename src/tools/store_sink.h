// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <optional>
#include <vector>

#include "archive/tar.h"
#include "store/object_store.h"

namespace cfs::tools {

// Puts the contents of an archive into an object store, not yet committed. Those that fit into
// memory are written only if the store does not have them.
class StoreSink : public archive::ContentSink {
 public:
  explicit StoreSink(store::ObjectStore& store) : store_(store) {}

  Result<> begin(u64 size) override {
    large_.reset();
    small_.clear();
    if (size <= kSmallMax) return {};
    TRY_ASSIGN(store::ObjectStore::Stream stream, store_.begin());
    large_.emplace(std::move(stream));
    return {};
  }
  Result<> write(Bytes data) override {
    if (large_) return large_->write(data);
    small_.insert(small_.end(), data.begin(), data.end());
    return {};
  }
  Result<> end(const Digest& digest) override {
    if (large_) return large_->finish(digest);
    return store_.add(digest, small_);
  }

 private:
  static constexpr u64 kSmallMax = 1 << 20;
  store::ObjectStore& store_;
  std::optional<store::ObjectStore::Stream> large_;
  std::vector<std::byte> small_;
};

}  // namespace cfs::tools
