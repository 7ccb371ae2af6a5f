// SPDX-License-Identifier: LGPL-2.1-or-later

#include "archive/decompress.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

namespace cfs::archive {

namespace {
constexpr std::size_t kReadSize = 256 << 10;
}

Decompressor::Decompressor(int fd, Bytes begun)
    : fd_(fd), begun_(begun), buffer_(kReadSize), reader_(::archive_read_new()) {}

// The stream as it is.
Result<Bytes> Decompressor::read_raw() {
  if (!begun_.empty()) return std::exchange(begun_, {});
  ssize_t n;
  do {
    n = ::read(fd_, buffer_.data(), buffer_.size());
  } while (n < 0 && errno == EINTR);
  if (n < 0) return fail_with(errno, Error::describe(errno));
  return Bytes(buffer_).first(static_cast<std::size_t>(n));
}

la_ssize_t Decompressor::read(struct ::archive* reader, void* self, const void** block) {
  auto& stream = *static_cast<Decompressor*>(self);
  auto piece = stream.gunzip_ ? stream.gunzip_->next() : stream.read_raw();
  if (!piece) {
    ::archive_set_error(reader, piece.error().code, "%s", piece.error().text.c_str());
    stream.error_ = std::move(piece).error();
    return -1;
  }
  *block = piece->data();
  return static_cast<la_ssize_t>(piece->size());
}

tl::unexpected<Error> Decompressor::broken() {
  if (error_) return tl::make_unexpected(*error_);
  return library_error(reader_.get());
}

// Its first two bytes tell; what was read to see them is given out again.
Result<> Decompressor::look_for_gzip() {
  first_.assign(begun_.begin(), begun_.end());
  while (first_.size() < 2) {
    begun_ = {};
    TRY_ASSIGN(Bytes more, read_raw());
    if (more.empty()) break;
    first_.insert(first_.end(), more.begin(), more.end());
  }
  begun_ = first_;
  if (Gunzip::is_gzip(first_)) gunzip_.emplace([this] { return read_raw(); });
  return {};
}

Result<std::unique_ptr<Decompressor>> Decompressor::open(int fd, Bytes begun) {
  std::unique_ptr<Decompressor> stream(new Decompressor(fd, begun));
  struct ::archive* reader = stream->reader_.get();
  TRY(stream->look_for_gzip());
  // Not archive_read_support_filter_all: it would start programs for what it cannot do itself.
  for (auto* support : {::archive_read_support_filter_bzip2, ::archive_read_support_filter_xz,
                        ::archive_read_support_filter_lzma, ::archive_read_support_filter_lzip,
                        ::archive_read_support_filter_zstd, ::archive_read_support_filter_lz4,
                        ::archive_read_support_filter_compress, ::archive_read_support_format_raw,
                        ::archive_read_support_format_empty})
    if (support(reader) != ARCHIVE_OK) return library_error(reader);
  if (::archive_read_open2(reader, stream.get(), nullptr, read, nullptr, nullptr) != ARCHIVE_OK)
    return stream->broken();
  ::archive_entry* whole;
  int status = ::archive_read_next_header(reader, &whole);
  stream->empty_ = status == ARCHIVE_EOF;
  if (status != ARCHIVE_OK && status != ARCHIVE_EOF) return stream->broken();
  return stream;
}

Result<Bytes> Decompressor::next() {
  for (;;) {
    if (empty_) return Bytes();
    const void* block;
    std::size_t size;
    la_int64_t offset;
    int status = ::archive_read_data_block(reader_.get(), &block, &size, &offset);
    empty_ = status == ARCHIVE_EOF;
    if (status != ARCHIVE_OK && status != ARCHIVE_EOF) return broken();
    if (size > 0) return Bytes(static_cast<const std::byte*>(block), size);
  }
}

}  // namespace cfs::archive
