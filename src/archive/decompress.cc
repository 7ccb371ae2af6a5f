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

la_ssize_t Decompressor::read(struct ::archive* reader, void* self, const void** block) {
  auto& stream = *static_cast<Decompressor*>(self);
  if (!stream.begun_.empty()) {
    Bytes begun = std::exchange(stream.begun_, {});
    *block = begun.data();
    return static_cast<la_ssize_t>(begun.size());
  }
  ssize_t n;
  do {
    n = ::read(stream.fd_, stream.buffer_.data(), stream.buffer_.size());
  } while (n < 0 && errno == EINTR);
  if (n < 0) ::archive_set_error(reader, errno, "%s", Error::describe(errno).c_str());
  *block = stream.buffer_.data();
  return n;
}

Result<std::unique_ptr<Decompressor>> Decompressor::open(int fd, Bytes begun) {
  std::unique_ptr<Decompressor> stream(new Decompressor(fd, begun));
  struct ::archive* reader = stream->reader_.get();
  // Not archive_read_support_filter_all: it would start programs for what it cannot do itself.
  for (auto* support : {::archive_read_support_filter_gzip, ::archive_read_support_filter_bzip2,
                        ::archive_read_support_filter_xz, ::archive_read_support_filter_lzma,
                        ::archive_read_support_filter_lzip, ::archive_read_support_filter_zstd,
                        ::archive_read_support_filter_lz4, ::archive_read_support_filter_compress,
                        ::archive_read_support_format_raw, ::archive_read_support_format_empty})
    if (support(reader) != ARCHIVE_OK) return library_error(reader);
  if (::archive_read_open2(reader, stream.get(), nullptr, read, nullptr, nullptr) != ARCHIVE_OK)
    return library_error(reader);
  ::archive_entry* whole;
  int status = ::archive_read_next_header(reader, &whole);
  stream->empty_ = status == ARCHIVE_EOF;
  if (status != ARCHIVE_OK && status != ARCHIVE_EOF) return library_error(reader);
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
    if (status != ARCHIVE_OK && status != ARCHIVE_EOF) return library_error(reader_.get());
    if (size > 0) return Bytes(static_cast<const std::byte*>(block), size);
  }
}

}  // namespace cfs::archive
