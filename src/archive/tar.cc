// SPDX-License-Identifier: LGPL-2.1-or-later

// Two readers of libarchive in a row: one takes the compression off, the other reads tar. So the
// compressed stream is read and checked to its very end, which a tar reader with filters of its own
// does not do: it stops at the end mark.

#include "archive/tar.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "archive/assembly.h"
#include "archive/contents.h"
#include "archive/decompress.h"
#include "archive/member.h"
#include "base/fd.h"
#include "base/text.h"
#include "format/composefs.h"
#include "merkle/merkle.h"
#include "tree/rules.h"

namespace cfs::archive {

using tree::Inode;
using tree::InodeId;

namespace {

class TarReader {
 public:
  TarReader(Decompressor& stream, const ReadOptions& options, ContentSink* sink)
      : stream_(stream), options_(options), sink_(sink), reader_(::archive_read_new()) {}

  Result<Tree> run();

 private:
  static la_ssize_t read(struct ::archive* reader, void* self, const void** block);
  // False at the end of the archive.
  Result<bool> next_header(struct ::archive_entry*& entry);
  Result<> add(struct ::archive_entry* entry);
  Result<> add_hard_link(const Member& member);
  Result<> add_inode(Member& member);
  Result<std::string> inline_content(u64 size);
  Result<Digest> object(u64 size);
  Result<> check_end();
  Result<> keep_text(std::size_t size);
  tl::unexpected<Error> broken();

  Decompressor& stream_;
  const ReadOptions& options_;
  ContentSink* sink_;
  Reader reader_;
  std::optional<Error> stream_error_;
  Bytes piece_;    // of the stream, given to the tar reader last
  u64 given_ = 0;  // bytes of the stream, up to and with it
  u64 content_ = 0;
  u64 text_ = 0;
  Assembly assembly_;
};

la_ssize_t TarReader::read(struct ::archive* reader, void* self, const void** block) {
  auto& tar = *static_cast<TarReader*>(self);
  auto piece = tar.stream_.next();
  if (!piece) {
    ::archive_set_error(reader, piece.error().code, "%s", piece.error().text.c_str());
    tar.stream_error_ = std::move(piece).error();
    return -1;
  }
  tar.piece_ = *piece;
  tar.given_ += piece->size();
  *block = piece->data();
  return static_cast<la_ssize_t>(piece->size());
}

tl::unexpected<Error> TarReader::broken() {
  if (stream_error_) return tl::make_unexpected(*stream_error_);
  return library_error(reader_.get());
}

Result<> TarReader::keep_text(std::size_t size) {
  text_ += size;
  if (text_ <= options_.limits.text) return {};
  return fail_with(E2BIG, cat("the archive's names and attributes have more than ",
                              options_.limits.text, " bytes"));
}

Result<bool> TarReader::next_header(struct ::archive_entry*& entry) {
  int status = ::archive_read_next_header(reader_.get(), &entry);
  if (status == ARCHIVE_EOF) return false;
  if (status == ARCHIVE_OK) return true;
  if (status == ARCHIVE_WARN && BytesAsTheyAre::is_harmless(reader_.get())) return true;
  Error error = broken().value();
  const char* name = status == ARCHIVE_WARN ? ::archive_entry_pathname(entry) : nullptr;
  if (name) return in_context(cat("member `", printable(name), "`"), std::move(error));
  return tl::make_unexpected(std::move(error));
}

Result<Tree> TarReader::run() {
  struct ::archive* reader = reader_.get();
  if (::archive_read_support_format_tar(reader) != ARCHIVE_OK ||
      ::archive_read_open2(reader, this, nullptr, read, nullptr, nullptr) != ARCHIVE_OK)
    return broken();
  struct ::archive_entry* entry = nullptr;
  for (;;) {
    TRY_ASSIGN(bool more, next_header(entry));
    if (!more) break;
    if (auto added = add(entry); !added) {
      const char* name = ::archive_entry_pathname(entry);
      return in_context(cat("member `", printable(name ? name : ""), "`"),
                        std::move(added).error());
    }
  }
  TRY(check_end());
  return assembly_.finish();
}

// The reader takes the end of the stream for the end of the archive: a stream cut between two
// members would pass.
Result<> TarReader::check_end() {
  const auto end = static_cast<u64>(::archive_filter_bytes(reader_.get(), 0));
  if (end <= static_cast<u64>(::archive_read_header_position(reader_.get())))
    return fail_with(EINVAL, "the archive has no end mark: it is cut short");
  // The rest of the piece in which the end mark was found, then everything behind it.
  Bytes rest = piece_.last(static_cast<std::size_t>(std::min<u64>(given_ - end, piece_.size())));
  do {
    if (std::ranges::any_of(rest, [](std::byte b) { return b != std::byte{0}; }))
      return fail_with(EINVAL, "there is more behind the archive's end mark");
    TRY_ASSIGN(rest, stream_.next());
  } while (!rest.empty());
  return {};
}

Result<> TarReader::add(struct ::archive_entry* entry) {
  TRY_ASSIGN(Member member, read_member(entry));
  TRY(keep_text(member.path.size()));
  TRY(member.hard_link ? add_hard_link(member) : add_inode(member));
  if (assembly_.builder().inode_count() > options_.limits.inodes)
    return fail_with(E2BIG, cat("the archive has more than ", options_.limits.inodes, " files"));
  return {};
}

Result<> TarReader::add_hard_link(const Member& member) {
  auto refused = [&](int code, std::string_view what) {
    return fail_with(code, cat("hard link to `", printable(*member.hard_link), "`, which ", what));
  };
  InodeId target = assembly_.find(*member.hard_link);
  if (target == HashIndex::kNone) return refused(ENOENT, "is not in the archive before it");
  const Inode inode = assembly_.builder().inode(target);
  if (inode.is_directory()) return refused(EPERM, "is a directory");
  TRY(assembly_.put(member.path, inode));
  return {};
}

Result<> TarReader::add_inode(Member& member) {
  tree::Builder& builder = assembly_.builder();
  Inode& inode = member.inode;
  std::vector<tree::Xattr> xattrs;
  for (const auto& [key, value] : member.xattrs) {
    TRY(keep_text(key.size() + value.size()));
    xattrs.push_back({key, value});
  }
  inode.xattrs = builder.xattrs().intern(std::span<const tree::Xattr>(xattrs));
  TRY(keep_text(member.target.size()));
  if (inode.is_symlink()) inode.set_data(builder.arena().copy(member.target));
  std::optional<Digest> digest;
  if (inode.is_regular() && inode.size > tree::kInlineContentScan) {
    TRY_ASSIGN(digest, object(inode.size));
    inode.set_data(builder.arena().copy(digest->object_path()));
  } else if (inode.is_regular() && inode.size > 0) {
    TRY_ASSIGN(std::string content, inline_content(inode.size));
    inode.inline_content = true;
    inode.set_data(builder.arena().copy(content));
  }
  TRY_ASSIGN(InodeId id, assembly_.put(member.path, inode));
  if (digest) builder.set_digest(id, *digest);
  return {};
}

Result<std::string> TarReader::inline_content(u64 size) {
  std::string content;
  TRY(stream_content(reader_.get(), size, [&](Bytes data) -> Result<> {
    content += as_text(data);
    return {};
  }));
  TRY(keep_text(content.size()));
  return content;
}

Result<Digest> TarReader::object(u64 size) {
  if (size > options_.limits.content - content_)
    return fail_with(EFBIG,
                     cat("the archive's files have more than ", options_.limits.content, " bytes"));
  content_ += size;
  merkle::Builder digest(options_.alg);
  if (sink_) TRY(sink_->begin(size));
  TRY(stream_content(reader_.get(), size, [&](Bytes data) -> Result<> {
    digest.update(data);
    return sink_ ? sink_->write(data) : Result<>();
  }));
  Digest found = digest.finish();
  if (sink_) TRY(sink_->end(found));
  return found;
}

// What a file that is no archive looks like; the likeliest mistake is an image in place of its
// tree.
std::string_view what_it_is(int fd) {
  struct stat st;
  if (::fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0) return "is empty";
  format::ComposefsHeader header;
  auto got = pread_full(fd, std::as_writable_bytes(std::span(&header, 1)), 0);
  if (got && *got == sizeof header && header.magic == format::kComposefsMagic)
    return "is an image already";
  return "is neither a dump nor a tar archive";
}

}  // namespace

Result<Tree> read_tar(int fd, Bytes begun, const ReadOptions& options, ContentSink* sink) {
  BytesAsTheyAre locale;
  TRY_ASSIGN(auto stream, Decompressor::open(fd, begun));
  auto tree = TarReader(*stream, options, sink).run();
  if (!tree && tree.error().text == "Unrecognized archive format")
    return fail_with(EINVAL,
                     cat(what_it_is(fd), "; give a directory, a dump or a tar archive instead"));
  return tree;
}

}  // namespace cfs::archive
