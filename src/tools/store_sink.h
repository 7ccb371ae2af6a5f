// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "archive/tar.h"
#include "store/object_store.h"

namespace cfs::tools {

// Puts the contents of an archive into an object store, not yet committed. Those that fit into
// memory are written only if the store does not have them. `taken` is called after each.
class StoreSink : public archive::ContentSink {
 public:
  StoreSink(store::ObjectStore& store, std::function<void()> taken)
      : store_(store), taken_(std::move(taken)) {}

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
    TRY(large_ ? large_->finish(digest) : store_.add(digest, small_));
    taken_();
    return {};
  }

 private:
  static constexpr u64 kSmallMax = 1 << 20;
  store::ObjectStore& store_;
  std::function<void()> taken_;
  std::optional<store::ObjectStore::Stream> large_;
  std::vector<std::byte> small_;
};

}  // namespace cfs::tools
