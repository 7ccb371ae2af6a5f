// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <zlib.h>

#include <functional>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace cfs::archive {

// Takes gzip off a stream and checks what it says of its content: length and CRC of every member.
// libarchive 3.6 checks neither, so that damage in the middle of an archive passes unseen.
class Gunzip {
 public:
  using Source = std::function<Result<Bytes>()>;  // the next piece; empty at the end

  static bool is_gzip(Bytes begin) {
    return begin.size() >= 2 && begin[0] == std::byte{0x1f} && begin[1] == std::byte{0x8b};
  }

  explicit Gunzip(Source source);
  Gunzip(const Gunzip&) = delete;
  ~Gunzip();

  // The next piece, valid until the next call; empty at the end of a complete stream.
  Result<Bytes> next();

 private:
  Result<bool> fill();

  Source source_;
  z_stream zlib_{};
  std::vector<std::byte> out_;
  bool ended_ = false;  // a member has; another or nothing but padding may follow
};

}  // namespace cfs::archive
