// SPDX-License-Identifier: LGPL-2.1-or-later

#include "archive/gunzip.h"

#include <cerrno>

#include "base/text.h"

namespace cfs::archive {

namespace {
constexpr std::size_t kPiece = 256 << 10;
constexpr int kGzip = 16 + MAX_WBITS;
}  // namespace

Gunzip::Gunzip(Source source) : source_(std::move(source)), out_(kPiece) {
  ::inflateInit2(&zlib_, kGzip);  // without memory the first inflate() says so
}

Gunzip::~Gunzip() { ::inflateEnd(&zlib_); }

// False at the end of the stream.
Result<bool> Gunzip::fill() {
  if (zlib_.avail_in > 0) return true;
  TRY_ASSIGN(Bytes piece, source_());
  zlib_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(piece.data()));
  zlib_.avail_in = static_cast<uInt>(piece.size());
  return !piece.empty();
}

Result<Bytes> Gunzip::next() {
  zlib_.next_out = reinterpret_cast<Bytef*>(out_.data());
  zlib_.avail_out = static_cast<uInt>(out_.size());
  while (zlib_.avail_out == out_.size()) {
    TRY_ASSIGN(bool more, fill());
    if (!more && ended_) return Bytes();
    if (!more) return fail_with(EINVAL, "gzip: the stream is cut short");
    if (ended_ && *zlib_.next_in == 0) {  // padding of tapes and block devices
      ++zlib_.next_in;
      --zlib_.avail_in;
      continue;
    }
    if (ended_) ::inflateReset(&zlib_);
    const int status = ::inflate(&zlib_, Z_NO_FLUSH);
    ended_ = status == Z_STREAM_END;
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
      return fail_with(status == Z_MEM_ERROR ? ENOMEM : EINVAL,
                       cat("gzip: ", zlib_.msg ? zlib_.msg : "cannot be read"));
  }
  return Bytes(out_).first(out_.size() - zlib_.avail_out);
}

}  // namespace cfs::archive
