// SPDX-License-Identifier: LGPL-2.1-or-later

#include "initramfs/unpack.h"

#include <zstd.h>

#include <algorithm>
#include <cerrno>

#include "archive/contents.h"
#include "archive/libarchive.h"
#include "base/text.h"

namespace cfs::initramfs {

namespace {

constexpr u64 kMostBytes = u64{4} << 30;
// Enough for everything that is read: scripts, lists of modules, programs. Images are kept whole.
constexpr u64 kMostKept = 16 << 20;
constexpr std::string_view kZstd = "\x28\xb5\x2f\xfd";

// lib/decompress.c; the kernel's lz4 is the one of `lz4 -l`.
bool is_compressed(std::string_view begin) {
  using namespace std::string_view_literals;
  constexpr std::string_view kMagics[] = {"\x1f\x8b"sv,
                                          "\x1f\x9e"sv,
                                          "BZ"sv,
                                          "\x5d\0"sv,
                                          "\xfd"
                                          "7zXZ\0"sv,
                                          kZstd,
                                          "\x02\x21\x4c\x18"sv};
  return std::any_of(std::begin(kMagics), std::end(kMagics),
                     [&](std::string_view magic) { return begin.starts_with(magic); });
}

struct Stream {
  std::string content;
  u64 length = 0;  // of the compressed bytes
};

class Reader {
 public:
  Result<Unpacked> run(Bytes file) {
    archive::BytesAsTheyAre locale;
    if (file.empty()) return fail_with(EINVAL, "is empty");
    TRY(read(file, true));
    return std::move(out_);
  }

 private:
  Result<> read(Bytes bytes, bool may_be_compressed);
  Result<u64> read_cpio(Bytes bytes);
  Result<> add(struct ::archive* reader, struct ::archive_entry* entry);
  Result<Stream> decompress(Bytes bytes);
  Result<Stream> decompress_exactly(Bytes bytes, u64& used);
  Result<> count(u64 bytes);

  Unpacked out_;
  u64 total_ = 0;
};

Result<> Reader::count(u64 bytes) {
  total_ += bytes;
  if (total_ > kMostBytes) return fail_with(EFBIG, "holds more than 4 GiB");
  return {};
}

Result<> Reader::read(Bytes bytes, bool may_be_compressed) {
  u64 at = 0;
  while (at < bytes.size()) {
    Bytes rest = bytes.subspan(at);
    std::string_view text = as_text(rest);
    if (text[0] == '\0') {
      std::size_t zeros = text.find_first_not_of('\0');
      at += zeros == text.npos ? text.size() : zeros;
      continue;
    }
    std::string where = cat("at byte ", at, may_be_compressed ? "" : " of what is compressed");
    if (text.starts_with("070701") || text.starts_with("070702")) {
      auto length = read_cpio(rest);
      if (!length) return in_context(where, length.error());
      at += *length;
    } else if (may_be_compressed && is_compressed(text)) {
      auto stream = decompress(rest);
      if (!stream) return in_context(where, stream.error());
      at += stream->length;
      TRY(read(as_bytes(stream->content), false));
    } else {
      return fail_with(EINVAL, cat(where,
                                   ": is neither a cpio archive (newc) nor a compression that "
                                   "is known here; is it an initramfs?"));
    }
  }
  return {};
}

Result<Stream> Reader::decompress_exactly(Bytes bytes, u64& used) {
  Stream stream;
  used = 0;
  archive::Reader decoder(::archive_read_new());
  struct ::archive* reader = decoder.get();
  for (auto* support : {::archive_read_support_filter_gzip, ::archive_read_support_filter_bzip2,
                        ::archive_read_support_filter_xz, ::archive_read_support_filter_lzma,
                        ::archive_read_support_filter_zstd, ::archive_read_support_filter_lz4,
                        ::archive_read_support_format_raw})
    if (support(reader) != ARCHIVE_OK) return archive::library_error(reader);
  ::archive_entry* whole;
  if (::archive_read_open_memory(reader, bytes.data(), bytes.size()) != ARCHIVE_OK ||
      ::archive_read_next_header(reader, &whole) != ARCHIVE_OK)
    return archive::library_error(reader);
  for (int status = ARCHIVE_OK; status != ARCHIVE_EOF;) {
    const void* block;
    std::size_t size;
    la_int64_t offset;
    status = ::archive_read_data_block(reader, &block, &size, &offset);
    used = static_cast<u64>(::archive_filter_bytes(reader, -1));
    if (status != ARCHIVE_OK && status != ARCHIVE_EOF) return archive::library_error(reader);
    TRY(count(size));
    stream.content.append(static_cast<const char*>(block), size);
  }
  stream.length = used;
  if (used == 0) return fail_with(EINVAL, "the compressed stream cannot be read");
  return stream;
}

// Some decoders take what stands behind the stream for a broken continuation of it. They have used
// the stream by then and nothing else, so that it can be read for itself.
Result<Stream> Reader::decompress(Bytes bytes) {
  if (as_text(bytes).starts_with(kZstd)) {
    const std::size_t length = ::ZSTD_findFrameCompressedSize(bytes.data(), bytes.size());
    if (::ZSTD_isError(length))
      return fail_with(EINVAL, cat("zstd: ", ::ZSTD_getErrorName(length)));
    bytes = bytes.first(length);
  }
  u64 used, again;
  auto stream = decompress_exactly(bytes, used);
  if (stream || used == 0 || used >= bytes.size()) return stream;
  auto alone = decompress_exactly(bytes.first(used), again);
  return alone ? alone : stream;
}

// Returns the archive's length.
Result<u64> Reader::read_cpio(Bytes bytes) {
  archive::Reader reader(::archive_read_new());
  if (::archive_read_support_format_cpio(reader.get()) != ARCHIVE_OK ||
      ::archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK)
    return archive::library_error(reader.get());
  for (;;) {
    struct ::archive_entry* entry;
    int status = ::archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) return static_cast<u64>(::archive_filter_bytes(reader.get(), 0));
    if (status != ARCHIVE_OK &&
        !(status == ARCHIVE_WARN && archive::BytesAsTheyAre::is_harmless(reader.get())))
      return archive::library_error(reader.get());
    TRY(add(reader.get(), entry));
  }
}

Result<> Reader::add(struct ::archive* reader, struct ::archive_entry* entry) {
  const char* name = ::archive_entry_pathname(entry);
  std::string path = name ? name : "";
  const u64 size = static_cast<u64>(std::max<la_int64_t>(::archive_entry_size(entry), 0));
  // All names of a file are one file; newc puts the content behind the last of them.
  std::shared_ptr<Node> node;
  if (const char* first = ::archive_entry_hardlink(entry)) node = out_.files.share(first);
  if (!node) node = std::make_shared<Node>();
  node->mode = ::archive_entry_mode(entry);
  if (const char* target = ::archive_entry_symlink(entry)) node->content = target;
  if (node->is_file() && size > 0) {
    node->content.clear();
    const u64 kept = path.ends_with(".cfs") ? size : std::min(size, kMostKept);
    auto read = archive::stream_content(reader, size, [&](Bytes data) -> Result<> {
      node->content += as_text(data.first(std::min(data.size(), kept - node->content.size())));
      return {};
    });
    if (!read) return in_context(cat("member `", printable(path), "`"), read.error());
  }
  if (!out_.files.add(path, std::move(node))) out_.left_out.push_back(std::move(path));
  return {};
}

}  // namespace

Result<Unpacked> unpack(Bytes file) { return Reader().run(file); }

}  // namespace cfs::initramfs
