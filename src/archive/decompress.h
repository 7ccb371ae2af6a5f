// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "archive/gunzip.h"
#include "archive/libarchive.h"
#include "base/types.h"

namespace cfs::archive {

// A stream of bytes with the compression taken off: gzip, bzip2, xz, lzma, lzip, zstd, lz4,
// compress, or none. No program is started for it. Errors are about the stream, without its name.
class Decompressor {
 public:
  // Reads `begun`, then `fd` from where it stands. Both outlive the object.
  static Result<std::unique_ptr<Decompressor>> open(int fd, Bytes begun);

  // The next piece, valid until the next call; empty at the end of a complete stream.
  Result<Bytes> next();

 private:
  Decompressor(int fd, Bytes begun);
  static la_ssize_t read(struct ::archive*, void* self, const void** block);
  Result<Bytes> read_raw();
  Result<> look_for_gzip();
  tl::unexpected<Error> broken();

  int fd_;
  Bytes begun_;
  std::vector<std::byte> first_, buffer_;
  std::optional<Gunzip> gunzip_;
  std::optional<Error> error_;  // of what the library reads from
  Reader reader_;
  bool empty_ = false;
};

}  // namespace cfs::archive
