// SPDX-License-Identifier: LGPL-2.1-or-later

// Where emitted bytes go. The same code runs first into a Counter, to learn sizes, and then into an
// Output: nothing computes a size that something else writes.

#pragma once

#include <functional>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace cfs::erofs {

class Counter {
 public:
  void put(Bytes bytes) { size_ += bytes.size(); }
  void zeros(std::size_t count) { size_ += count; }
  u64 size() const { return size_; }

 private:
  u64 size_ = 0;
};

// Appends to a string.
class Text {
 public:
  explicit Text(std::string& out) : out_(out) {}
  void put(Bytes bytes) { out_ += as_text(bytes); }
  void zeros(std::size_t count) { out_.append(count, '\0'); }

 private:
  std::string& out_;
};

// Gathers bytes and passes them on in large pieces. After a failure it only counts.
class Output {
 public:
  using Write = std::function<Result<>(Bytes)>;
  explicit Output(const Write& write) : write_(write), buffer_(kPiece) {}

  void put(Bytes bytes) {
    if (bytes.empty()) return;
    position_ += bytes.size();
    if (bytes.size() > kPiece - used_) flush();
    if (bytes.size() > kPiece) return pass_on(bytes);
    std::memcpy(buffer_.data() + used_, bytes.data(), bytes.size());
    used_ += bytes.size();
  }
  void zeros(std::size_t count) {
    static constexpr std::byte kZeros[4096] = {};
    for (; count > sizeof kZeros; count -= sizeof kZeros) put(kZeros);
    put(Bytes(kZeros).first(count));
  }
  void zeros_until(u64 position) { zeros(static_cast<std::size_t>(position - position_)); }
  u64 position() const { return position_; }
  bool failed() const { return !result_; }
  Result<> finish() {
    flush();
    return std::move(result_);
  }

 private:
  static constexpr std::size_t kPiece = 1 << 20;
  void pass_on(Bytes bytes) {
    if (result_) result_ = write_(bytes);
  }
  void flush() {
    pass_on(Bytes(buffer_).first(used_));
    used_ = 0;
  }

  const Write& write_;
  std::vector<std::byte> buffer_;
  std::size_t used_ = 0;
  u64 position_ = 0;
  Result<> result_;
};

}  // namespace cfs::erofs
