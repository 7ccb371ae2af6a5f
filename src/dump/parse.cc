// SPDX-License-Identifier: LGPL-2.1-or-later

// The order of checks within a line is the reference's, because it decides which of several errors
// is reported. Two kinds of error come late there: links are resolved after the last line, and what
// only the writer notices ("cannot write file") comes after that. Duplicate names come late *here*,
// since a directory is sorted once at the end: so before any other error is reported, an earlier
// duplicate is looked for.

#include "dump/parse.h"

#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "base/text.h"
#include "dump/escape.h"
#include "dump/fields.h"
#include "dump/links.h"
#include "dump/paths.h"
#include "tree/rules.h"

namespace cfs::dump {

namespace {

using tree::Inode;
using tree::InodeId;

// Rather too many than too few: what is reserved and not used costs nothing.
std::size_t estimate_lines(std::string_view text) {
  std::string_view sample = text.substr(0, 1 << 20);
  auto lines = static_cast<std::size_t>(std::count(sample.begin(), sample.end(), '\n')) + 1;
  return lines + text.size() / sample.size() * lines * 5 / 4;
}

class Parser {
 public:
  Parser(std::string_view text, const ParseOptions& options) : text_(text), options_(options) {}

  Result<Tree> run();

 private:
  Result<> parse_line(std::string_view text);
  Result<InodeId> find_parent(std::string_view path, std::string_view directory);
  Result<> add_link(const Line& line, const SplitPath& path, InodeId parent);
  Result<> read_numbers(const Line& line, Inode& inode);
  Result<> read_data(const Line& line, Inode& inode, std::optional<Digest>& digest);
  Result<> read_symlink(const Line& line, Inode& inode, std::string_view target,
                        std::string_view content);
  Result<> read_xattrs(std::string_view text, Inode& inode);
  Result<tree::XattrSetId> parse_xattrs(std::string_view text);

  // A copy that lives as long as the tree.
  std::string_view kept(std::string_view text) { return builder_.arena().copy(text); }
  Result<u64> integer(std::string_view field, unsigned base = 10);
  Result<u32> integer32(std::string_view field) {
    return integer(field).map([](u64 value) { return static_cast<u32>(value); });
  }
  Result<std::string_view> unescaped(std::string_view field);
  // The same, ended by the first NUL: what a C string keeps.
  Result<std::string_view> unescaped_string(std::string_view field);

  // "WHAT (line L, column C)" for a place inside the current line.
  tl::unexpected<Error> refuse(std::string_view at, std::string_view what,
                               int code = EINVAL) const {
    return refuse_at(line_number_, static_cast<std::size_t>(at.data() - line_start_), what, code);
  }
  static tl::unexpected<Error> refuse_at(std::size_t line, std::size_t offset,
                                         std::string_view what, int code = EINVAL) {
    return fail_with(code, cat(what, " (line ", line, ", column ", offset + 1, ")"));
  }

  std::string_view text_;
  ParseOptions options_;
  tree::Builder builder_;
  Directories directories_;
  Links links_;
  std::optional<Error> writer_error_;  // what the reference notices only when it writes

  std::size_t line_number_ = 0;
  const char* line_start_ = nullptr;

  struct KnownXattrs {
    std::string_view text;
    tree::XattrSetId set;
  };
  std::vector<KnownXattrs> known_xattrs_;
  HashIndex xattr_index_;
  std::vector<tree::Xattr> xattr_list_;  // scratch
};

Result<Tree> Parser::run() {
  if (text_.empty()) return fail_with(EINVAL, "No files in dump file");
  std::size_t lines = estimate_lines(text_);
  builder_.reserve(lines, lines);

  Result<> result;
  constexpr std::size_t kStep = 16 << 20;
  std::size_t told = 0;
  for (std::string_view rest = text_; result && !rest.empty();) {
    auto offset = static_cast<std::size_t>(rest.data() - text_.data());
    if (options_.consumed && offset - told >= kStep) options_.consumed(told = offset);
    std::size_t newline = rest.find('\n');
    std::string_view line = rest.substr(0, newline);
    ++line_number_;
    line_start_ = line.data();
    if (newline == std::string_view::npos && options_.strict)
      result = refuse(line.substr(line.size()), "Missing trailing newline");
    else
      result = parse_line(line);
    rest.remove_prefix(newline == std::string_view::npos ? rest.size() : newline + 1);
  }

  auto duplicate = [](std::size_t entry) {
    return refuse_at(entry + 2, 0, "Can't add child", EEXIST);  // the first line is the root's
  };
  if (!result) {
    std::size_t earlier = builder_.first_duplicate();
    if (earlier != tree::Builder::kNoDuplicate) return duplicate(earlier);
    return tl::make_unexpected(std::move(result).error());
  }
  auto tree = builder_.finish();
  if (!tree) return duplicate(builder_.first_duplicate());
  if (auto bad = links_.resolve(*tree, directories_))
    return refuse_at(bad->line, 0, bad->text, bad->code);
  if (writer_error_) return tl::make_unexpected(std::move(*writer_error_));
  return tree;
}

Result<> Parser::parse_line(std::string_view text) {
  if (std::size_t nul = text.find('\0'); nul != std::string_view::npos)
    return refuse(text.substr(nul), cat("Invalid embedded NUL character at position ", nul));
  Line line = Line::split(text);

  TRY_ASSIGN(std::string_view path, unescaped_string(line.field[kPath]));
  if (path.empty()) return refuse(text, "Invalid empty path");
  std::string_view mode_text = line.field[kMode];
  bool is_link = mode_text.starts_with('@');
  if (is_link) mode_text.remove_prefix(1);
  TRY_ASSIGN(u64 mode, integer(mode_text, 8));
  if (!tree::valid_file_type(static_cast<u32>(mode)))
    return refuse(mode_text, cat("Invalid mode ", octal(static_cast<u32>(mode))));

  Inode inode;
  inode.mode = static_cast<u16>(mode);
  bool is_root = path == "/";
  SplitPath split = SplitPath::of(path);
  InodeId parent = tree::kRoot;
  if (is_root) {
    if (!inode.is_directory()) return refuse(text, "Root must be a directory");
    if (builder_.inode_count() > 0) return refuse(text, "Can't have multiple roots");
    if (is_link) return refuse(line.field[kMode], "Directories can't be hardlinked");
  } else {
    TRY_ASSIGN(parent, find_parent(path, split.directory));
    if (split.name == "." || split.name == "..")
      return refuse(text, cat("Invalid . or .. in path: ", printable(path, 4096)));
    if (split.name.empty() || split.name.size() > tree::kNameMax)
      return refuse(text, "Can't add child", split.name.empty() ? EINVAL : ENAMETOOLONG);
    if (is_link) return add_link(line, split, parent);
  }

  // The entry exists from here on, as far as the order of errors is concerned.
  auto id = static_cast<InodeId>(builder_.inode_count());
  if (!is_root) builder_.add_entry(parent, kept(split.name), id);
  std::optional<Digest> digest;
  TRY(read_numbers(line, inode));
  TRY(read_data(line, inode, digest));
  TRY(read_xattrs(line.xattrs, inode));
  builder_.add_inode(inode);
  if (digest) builder_.set_digest(id, *digest);
  if (inode.is_directory())
    directories_.add(kept(Directories::canonical(path, builder_.arena())), id);
  if (inode.is_external() && inode.size > tree::kExternalSizeMax && !writer_error_)
    writer_error_ =
        refuse(line.field[kSize], cat("cannot write file: ", Error::describe(EFBIG)), EFBIG)
            .value();
  return {};
}

Result<InodeId> Parser::find_parent(std::string_view path, std::string_view directory) {
  if (builder_.inode_count() == 0) return refuse({line_start_, 0}, "Root node not present");
  std::string_view wanted = Directories::canonical(directory, builder_.arena());
  InodeId parent = directories_.find(wanted);
  if (parent != HashIndex::kNone) return parent;
  // Only for the message: is there something else of that name?
  SplitPath split = SplitPath::of(wanted);
  InodeId above = directories_.find(split.directory);
  for (std::size_t i = 0; above != HashIndex::kNone && i < builder_.entry_count(); ++i)
    if (builder_.directory_of(i) == above && builder_.entry(i).name == split.name)
      return refuse({line_start_, 0}, cat("Parent must be a directory for ", printable(path, 4096)),
                    ENOTDIR);
  return refuse({line_start_, 0}, cat("Parent directory missing for ", printable(path, 4096)),
                ENOENT);
}

Result<> Parser::add_link(const Line& line, const SplitPath& path, InodeId parent) {
  builder_.add_entry(parent, kept(path.name), links_.size(), true);
  std::string_view mode = line.field[kMode].substr(1);
  if ((*parse_integer(mode, 8) & S_IFMT) == S_IFDIR)
    return refuse(line.field[kMode], "Directories can't be hardlinked");
  std::optional<std::string_view> target;
  if (line.field[kPayload] != "-") {
    TRY_ASSIGN(std::string_view name, unescaped_string(line.field[kPayload]));
    target = kept(name);
  }
  links_.add(target, line_number_);
  return {};
}

Result<> Parser::read_numbers(const Line& line, Inode& inode) {
  TRY_ASSIGN(inode.size, integer(line.field[kSize]));
  TRY_ASSIGN(inode.nlink, integer32(line.field[kNlink]));
  TRY_ASSIGN(inode.uid, integer32(line.field[kUid]));
  TRY_ASSIGN(inode.gid, integer32(line.field[kGid]));
  TRY_ASSIGN(u64 rdev, integer(line.field[kRdev]));
  std::string_view mtime = line.field[kMtime];
  std::size_t dot = std::min(mtime.find('.'), mtime.size());
  TRY_ASSIGN(u64 seconds, integer(mtime.substr(0, dot)));
  TRY_ASSIGN(inode.mtime_nsec, integer32(mtime.substr(std::min(dot + 1, mtime.size()))));
  inode.mtime = static_cast<i64>(seconds);
  if (inode.is_device())
    inode.rdev = static_cast<u32>(rdev);
  else if (rdev != 0 && options_.strict)
    return refuse(line.field[kRdev], "Non-zero devnum on non-device");
  return {};
}

// With the sign that the reference prints sizes with.
std::string wrong_size(std::string_view what, std::string_view bytes, const Inode& inode) {
  return cat("Invalid ", what, " size ", bytes.size(), ", must match size ",
             static_cast<i64>(inode.size));
}

Result<> Parser::read_data(const Line& line, Inode& inode, std::optional<Digest>& digest) {
  bool payload_set = line.field[kPayload] != "-";
  bool content_set = line.field[kContent] != "-";
  std::string_view payload, content, digest_text;
  if (payload_set) {
    TRY_ASSIGN(payload, unescaped_string(line.field[kPayload]));
  }
  if (content_set) {
    TRY_ASSIGN(content, unescaped(line.field[kContent]));
    if (content.size() != inode.size)
      return refuse(line.field[kContent], wrong_size("content", content, inode));
  }
  bool digest_set = line.field[kDigest] != "-";
  if (digest_set) {
    TRY_ASSIGN(digest_text, unescaped_string(line.field[kDigest]));
  }

  if (inode.is_symlink()) return read_symlink(line, inode, payload, content);
  if (payload.size() > tree::kPathPayloadMax)
    return refuse(line.field[kPayload], "Invalid payload", ENAMETOOLONG);
  if (content.size() > tree::kInlineContentMax)
    return refuse(line.field[kContent], cat("Inline content size ", content.size(),
                                            " exceeds maximum ", tree::kInlineContentMax));
  if (!inode.is_regular()) return {};
  if (!content.empty()) {
    inode.inline_content = true;
    inode.set_data(kept(content));
  } else if (inode.size > 0) {
    inode.set_data(kept(payload));
    if (digest_set) digest = Digest::parse(digest_text);
    if (digest_set && (!digest || (digest->alg == HashAlg::kSha512 && !options_.sha512)))
      return refuse(line.field[kDigest], options_.sha512
                                             ? "Invalid digest, must be 64 or 128 hex digits"
                                             : "Invalid digest, must be 64 hex digits");
  }
  return {};
}

Result<> Parser::read_symlink(const Line& line, Inode& inode, std::string_view target,
                              std::string_view content) {
  if (target.empty() || target.size() > tree::kPathPayloadMax)
    return refuse(line.field[kPayload], "Invalid symlink");
  if (options_.strict && inode.size != target.size())
    return refuse(line.field[kSize], wrong_size("symlink", target, inode));
  if (options_.strict && !content.empty())
    return refuse(line.field[kContent], "Symlink cannot have content");
  inode.size = target.size();
  inode.set_data(kept(target));
  return {};
}

Result<> Parser::read_xattrs(std::string_view text, Inode& inode) {
  if (text.empty()) return {};
  if (text.size() > 65535) return refuse(text, "Too many xattrs");
  // A label is written the same way on a hundred thousand lines: parse each spelling once.
  u64 hash = XXH3_64bits_withSeed(text.data(), text.size(), hash_seed());
  u32 known = xattr_index_.find(hash, [&](u32 i) { return known_xattrs_[i].text == text; });
  if (known == HashIndex::kNone) {
    TRY_ASSIGN(auto set, parse_xattrs(text));
    known = static_cast<u32>(known_xattrs_.size());
    known_xattrs_.push_back({kept(text), set});
    xattr_index_.find_or_insert(hash, known, [](u32) { return false; });
  }
  inode.xattrs = known_xattrs_[known].set;
  return {};
}

Result<tree::XattrSetId> Parser::parse_xattrs(std::string_view text) {
  tree::XattrBudget budget;
  xattr_list_.clear();
  while (!text.empty()) {
    std::size_t space = text.find(' ');
    std::string_view item = text.substr(0, space);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    std::size_t equals = item.find('=');
    if (equals == std::string_view::npos) return refuse(item, "Missing = in xattr");
    TRY_ASSIGN(std::string_view key, unescaped_string(item.substr(0, equals)));
    TRY_ASSIGN(std::string_view value, unescaped(item.substr(equals + 1)));

    auto old = std::ranges::find(xattr_list_, key, &tree::Xattr::key);
    if (old != xattr_list_.end()) budget.remove(key.size(), old->value.size());
    if (!budget.add(key.size(), value.size())) return refuse(item, "Can't set xattr", ERANGE);
    if (old != xattr_list_.end())
      old->value = value;
    else
      xattr_list_.push_back({key, value});
  }
  return builder_.xattrs().intern(xattr_list_);
}

Result<u64> Parser::integer(std::string_view field, unsigned base) {
  if (auto value = parse_integer(field, base)) return *value;
  return refuse(field, cat("Invalid integer ", printable(field)));
}

Result<std::string_view> Parser::unescaped(std::string_view field) {
  auto bytes = unescape(field, builder_.arena());
  if (!bytes) return refuse(field.substr(bytes.error().offset), bytes.error().text);
  return *bytes;
}

Result<std::string_view> Parser::unescaped_string(std::string_view field) {
  return unescaped(field).map(
      [](std::string_view bytes) { return bytes.substr(0, bytes.find('\0')); });
}

}  // namespace

Result<Tree> parse(std::string_view text, const ParseOptions& options) {
  return Parser(text, options).run();
}

}  // namespace cfs::dump
