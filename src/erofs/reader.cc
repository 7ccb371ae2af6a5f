// SPDX-License-Identifier: LGPL-2.1-or-later

#include "erofs/reader.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <unordered_map>

#include "base/text.h"
#include "erofs/image_view.h"
#include "format/overlay.h"
#include "tree/rules.h"

namespace cfs::erofs {

namespace {

using format::ErofsDirent;
using tree::Inode;
using tree::InodeId;

// What ids inodes got, by nid, in pages: an image may be a large file of few inodes.
class KnownInodes {
 public:
  void set(u64 nid, InodeId id) {
    if (nid / kPage >= pages_.size()) pages_.resize(nid / kPage + 1);
    auto& page = pages_[nid / kPage];
    if (!page) page = std::make_unique<u32[]>(kPage);
    page[nid % kPage] = id + 1;
  }
  std::optional<InodeId> find(u64 nid) const {
    if (nid / kPage >= pages_.size() || !pages_[nid / kPage]) return {};
    u32 known = pages_[nid / kPage][nid % kPage];
    return known == 0 ? std::nullopt : std::optional(known - 1);
  }

 private:
  static constexpr u64 kPage = 4096;
  std::vector<std::unique_ptr<u32[]>> pages_;  // of ids plus one
};

class Reader {
 public:
  Reader(const ImageView& image, const ReadOptions& options) : image_(image), options_(options) {
    builder_.reserve(image.inode_count(), image.inode_count());
  }

  Result<Tree> run() {
    TRY_ASSIGN(DiskInode root, image_.inode(image_.root_nid()));
    if ((root.mode & S_IFMT) != S_IFDIR)
      return refuse_inode(root.nid, "the root is not a directory");
    TRY_ASSIGN(InodeId id, add_inode(root));
    known_.set(root.nid, id);
    TRY(open_directory(root, id, root.nid));
    while (!levels_.empty()) TRY(step());
    auto tree = builder_.finish();
    if (!tree) return refuse_image("a directory has two entries of one name");
    return tree;
  }

 private:
  // A directory being read: its chunks, and where in them we are.
  struct Level {
    InodeId id;
    u64 nid;
    u64 parent_nid;
    DiskData data;
    Bytes chunk = {};
    std::size_t next = 0, count = 0;
    std::string_view last_name = {};
    bool seen_dot = false, seen_dotdot = false;
  };
  struct Listed {
    std::string_view name;
    u64 nid;
    u8 file_type;
  };

  Result<> open_directory(const DiskInode& inode, InodeId id, u64 parent_nid);
  Result<> step();
  Result<> next_chunk(Level& level);
  Result<Listed> take_entry(Level& level);
  Result<> add_entry(const Listed& listed);
  Result<InodeId> add_inode(const DiskInode& disk);
  Result<> read_data(const DiskInode& disk, Inode& inode);
  Result<> read_xattrs(const DiskInode& disk, Inode& inode, std::optional<Digest>& digest);
  Result<> gather_xattrs(const DiskInode& disk);
  Result<tree::Xattr> decode(const DiskXattr& disk);
  tree::XattrId intern_unescaped(const tree::Xattr& xattr);
  // Regions of an image never lie over each other, so their sizes add up to less than its own.
  Result<> claim(u64 nid, u64 size) {
    claimed_ += size;
    if (size > image_.size() || claimed_ > image_.size())
      return refuse_inode(nid, "its data lies over that of others");
    return {};
  }

  static constexpr tree::XattrId kNotInterned = ~tree::XattrId{0};
  struct ReadXattr {
    tree::Xattr xattr;
    tree::XattrId id = kNotInterned;  // as it will be kept
  };

  const ImageView& image_;
  const ReadOptions& options_;
  tree::Builder builder_;
  KnownInodes known_;
  std::unordered_map<u32, ReadXattr> shared_;  // by reference: read and interned once
  std::vector<Level> levels_;
  u64 claimed_ = 0;
  std::vector<ReadXattr*> found_;  // scratch: one inode's attributes
  std::vector<ReadXattr> inline_found_;
  std::vector<tree::XattrId> kept_;
};

Result<> Reader::open_directory(const DiskInode& inode, InodeId id, u64 parent_nid) {
  if (inode.layout == format::ErofsLayout::kChunkBased)
    return refuse_inode(inode.nid, "a directory without data");
  TRY_ASSIGN(DiskData data, image_.data(inode));
  TRY(claim(inode.nid, data.blocks.size()));
  levels_.push_back({.id = id, .nid = inode.nid, .parent_nid = parent_nid, .data = data});
  return {};
}

// Takes one entry of the innermost directory, or leaves it.
Result<> Reader::step() {
  Level& level = levels_.back();
  if (level.next == level.count) {
    if (level.data.blocks.empty() && level.data.tail.empty()) {
      if (!level.seen_dot || !level.seen_dotdot)
        return refuse_inode(level.nid, "a directory without . or ..");
      levels_.pop_back();
      return {};
    }
    TRY(next_chunk(level));
  }
  TRY_ASSIGN(Listed listed, take_entry(level));
  if (listed.name == ".") {
    if (listed.nid != level.nid) return refuse_inode(level.nid, "its . is another directory");
    level.seen_dot = true;
    return {};
  }
  if (listed.name == "..") {
    if (listed.nid != level.parent_nid) return refuse_inode(level.nid, "its .. is not its parent");
    level.seen_dotdot = true;
    return {};
  }
  bool left_out = levels_.size() == 1 && !options_.filter.empty() &&
                  std::ranges::find(options_.filter, listed.name) == options_.filter.end();
  return left_out ? Result<>() : add_entry(listed);
}

Result<> Reader::next_chunk(Level& level) {
  Bytes& from = level.data.blocks.empty() ? level.data.tail : level.data.blocks;
  std::size_t size = std::min<std::size_t>(from.size(), format::kErofsBlockSize);
  level.chunk = from.first(size);
  from = from.subspan(size);
  ErofsDirent first;
  if (size < sizeof first) return refuse_inode(level.nid, "a directory chunk is too short");
  std::memcpy(&first, level.chunk.data(), sizeof first);
  if (first.nameoff < sizeof first || first.nameoff % sizeof first || first.nameoff > size)
    return refuse_inode(level.nid, "a directory chunk has no valid entry count");
  level.next = 0;
  level.count = first.nameoff / sizeof first;
  return {};
}

Result<Reader::Listed> Reader::take_entry(Level& level) {
  ErofsDirent dirent;
  std::memcpy(&dirent, level.chunk.data() + level.next * sizeof dirent, sizeof dirent);
  bool is_last = ++level.next == level.count;
  std::size_t end = level.chunk.size();
  if (!is_last) {
    ErofsDirent after;
    std::memcpy(&after, level.chunk.data() + level.next * sizeof after, sizeof after);
    end = after.nameoff;
  }
  if (dirent.nameoff < level.count * sizeof dirent || end > level.chunk.size() ||
      dirent.nameoff >= end)
    return refuse_inode(level.nid, "an entry's name lies outside its chunk");
  std::string_view name = as_text(level.chunk.subspan(dirent.nameoff, end - dirent.nameoff));
  if (is_last) name = name.substr(0, name.find('\0'));
  if (name.empty() || name.size() > tree::kNameMax || name.find('/') != name.npos ||
      name.find('\0') != name.npos)
    return refuse_inode(level.nid, cat("an entry's name is not valid: ", printable(name)));
  if (name <= level.last_name)
    return refuse_inode(level.nid, cat("entries are not sorted at ", printable(name)));
  level.last_name = name;
  return Listed{name, dirent.nid, dirent.file_type};
}

Result<> Reader::add_entry(const Listed& listed) {
  Level& level = levels_.back();
  InodeId parent = level.id;
  u64 parent_nid = level.nid;
  if (auto known = known_.find(listed.nid)) {
    if (builder_.inode(*known).is_directory())
      return refuse_inode(listed.nid, "a directory is reached twice");
    builder_.add_entry(parent, listed.name, *known, true);
    return {};
  }
  TRY_ASSIGN(DiskInode disk, image_.inode(listed.nid));
  if (listed.file_type != format::erofs_file_type(disk.mode) || listed.file_type == 0)
    return refuse_inode(listed.nid, "its type differs from its directory entry's");
  if ((disk.mode & S_IFMT) == S_IFCHR && disk.i_u == 0) return {};  // hides an object directory
  TRY_ASSIGN(InodeId id, add_inode(disk));
  known_.set(listed.nid, id);
  builder_.add_entry(parent, listed.name, id);
  if ((disk.mode & S_IFMT) == S_IFDIR) TRY(open_directory(disk, id, parent_nid));
  return {};
}

Result<InodeId> Reader::add_inode(const DiskInode& disk) {
  TRY(claim(disk.nid, image_.inode_extent(disk)));
  Inode inode;
  inode.mode = disk.mode;
  inode.size = disk.size;
  inode.nlink = disk.nlink;
  inode.uid = disk.uid;
  inode.gid = disk.gid;
  inode.mtime = disk.mtime;
  inode.mtime_nsec = disk.mtime_nsec;
  if (inode.is_device()) inode.rdev = disk.i_u;
  std::optional<Digest> digest;
  TRY(read_data(disk, inode));
  TRY(read_xattrs(disk, inode, digest));
  InodeId id = builder_.add_inode(inode);
  if (digest) builder_.set_digest(id, *digest);
  return id;
}

Result<> Reader::read_data(const DiskInode& disk, Inode& inode) {
  bool flat = disk.layout != format::ErofsLayout::kChunkBased;
  if (inode.is_symlink()) {
    if (!flat || disk.size == 0 || disk.size > tree::kPathPayloadMax)
      return refuse_inode(disk.nid, "a symlink's size is not valid");
  } else if (!inode.is_regular() || disk.size == 0) {
    return {};
  } else if (!flat) {
    if (disk.size > tree::kExternalSizeMax) return refuse_inode(disk.nid, "larger than 2^53 bytes");
    return {};
  } else if (disk.size > tree::kInlineContentMax) {
    return refuse_inode(disk.nid, "more inline content than 5000 bytes");
  }
  TRY_ASSIGN(DiskData data, image_.data(disk));
  TRY(claim(disk.nid, data.blocks.size()));
  inode.inline_content = inode.is_regular();
  if (data.blocks.empty() || data.tail.empty()) {
    inode.set_data(as_text(data.blocks.empty() ? data.tail : data.blocks));
  } else {
    std::string whole(as_text(data.blocks));
    whole += as_text(data.tail);
    inode.set_data(builder_.arena().copy(whole));
  }
  if (inode.is_symlink() && inode.data().find('\0') != std::string_view::npos)
    return refuse_inode(disk.nid, "a symlink's target holds a NUL");
  return {};
}

Result<tree::Xattr> Reader::decode(const DiskXattr& disk) {
  std::string_view prefix = format::kErofsXattrPrefixes[disk.name_index];
  std::string_view key = disk.suffix;
  if (!prefix.empty()) key = builder_.arena().copy(cat(prefix, disk.suffix));
  if (key.empty() || key.find('\0') != key.npos)
    return refuse_image("an attribute has no valid name");
  return tree::Xattr{key, disk.value};
}

// Lists one inode's attributes in found_: inline ones first, then shared ones.
Result<> Reader::gather_xattrs(const DiskInode& disk) {
  found_.clear();
  inline_found_.clear();
  if (disk.xattrs.empty()) return {};
  format::ErofsXattrHeader header;
  std::memcpy(&header, disk.xattrs.data(), sizeof header);
  Bytes area = disk.xattrs.subspan(sizeof header);
  std::size_t references_size = header.h_shared_count * sizeof(le32);
  if (references_size > area.size())
    return refuse_inode(disk.nid, "its shared attributes lie outside their area");
  Bytes references = area.first(references_size);
  area = area.subspan(references_size);
  while (!area.empty()) {
    TRY_ASSIGN(DiskXattr entry, ImageView::take_xattr(area));
    TRY_ASSIGN(tree::Xattr xattr, decode(entry));
    inline_found_.push_back({xattr});
  }
  for (ReadXattr& xattr : inline_found_) found_.push_back(&xattr);
  for (; !references.empty(); references = references.subspan(sizeof(le32))) {
    le32 reference;
    std::memcpy(&reference, references.data(), sizeof reference);
    auto known = shared_.find(reference);
    if (known == shared_.end()) {
      TRY_ASSIGN(DiskXattr entry, image_.shared_xattr(reference));
      TRY(claim(disk.nid, sizeof(format::ErofsXattrEntry) +
                              round_up(entry.suffix.size() + entry.value.size(), sizeof(le32))));
      TRY_ASSIGN(tree::Xattr xattr, decode(entry));
      known = shared_.emplace(u32{reference}, ReadXattr{xattr}).first;
    }
    found_.push_back(&known->second);
  }
  return {};
}

// composefs 1.0.8 looks at nothing but the length; it knows no SHA-512, so that there we can be
// strict.
std::optional<Digest> metacopy_digest(std::string_view value) {
  constexpr format::OverlayMetacopy sha256 = format::kOverlayMetacopySha256,
                                    sha512 = format::kOverlayMetacopySha512;
  if (value.size() != sha256.len &&
      !(value.size() == sha512.len && value.starts_with(as_text(bytes_of(sha512)))))
    return {};
  return Digest::of(value.size() == sha256.len ? HashAlg::kSha256 : HashAlg::kSha512,
                    as_bytes(value.substr(sizeof sha256)));
}

// What the writer added is taken away again, what it escaped is unescaped.
Result<> Reader::read_xattrs(const DiskInode& disk, Inode& inode, std::optional<Digest>& digest) {
  TRY(gather_xattrs(disk));
  kept_.clear();
  bool regular = inode.is_regular();
  std::size_t total = 0;
  for (ReadXattr* found : found_) {
    auto [key, value] = found->xattr;
    if (regular && key == format::kOverlayRedirect) {
      if (!inode.inline_content && value.size() > 1 && value.starts_with('/'))
        inode.set_data(value.substr(1));
    } else if (regular && key == format::kOverlayMetacopy) {
      digest = metacopy_digest(value);
    } else if (regular && key == "trusted.overlay.overlay.whiteout") {
      inode.mode = static_cast<u16>((inode.mode & ~S_IFMT) | S_IFCHR);
      inode.size = 0;
      if (inode.inline_content) inode.set_data({});
      inode.inline_content = false;
    } else if (key == "trusted.overlay.overlay.whiteouts" || key == "user.overlay.whiteout" ||
               key == "user.overlay.whiteouts" ||
               (key.starts_with(format::kOverlayPrefix) &&
                !key.starts_with(format::kOverlayEscapedPrefix))) {
      // dropped
    } else {
      if (found->id == kNotInterned) found->id = intern_unescaped(found->xattr);
      kept_.push_back(found->id);
      total += key.size() + value.size();
    }
  }
  if (total > tree::XattrBudget::kTotalMax + 4096)
    return refuse_inode(disk.nid, "more attributes than 32767 bytes");
  if (inode.data().size() > tree::kPathPayloadMax && !inode.inline_content)
    return refuse_inode(disk.nid, "its redirect is longer than 4095 bytes");
  std::vector<std::string_view> keys;
  for (tree::XattrId id : kept_) keys.push_back(builder_.xattrs().pair(id).key);
  auto too_long = [](std::string_view key) { return key.size() > tree::XattrBudget::kKeyMax; };
  if (std::ranges::any_of(keys, too_long))
    return refuse_inode(disk.nid, "an attribute's name is longer than 255 bytes", ERANGE);
  std::ranges::sort(keys);
  if (std::ranges::adjacent_find(keys) != keys.end())
    return refuse_inode(disk.nid, "an attribute is there twice");
  inode.xattrs = builder_.xattrs().intern(std::span<const tree::XattrId>(kept_));
  return {};
}

tree::XattrId Reader::intern_unescaped(const tree::Xattr& xattr) {
  if (!xattr.key.starts_with(format::kOverlayEscapedPrefix))
    return builder_.xattrs().intern_pair(xattr);
  std::string key =
      cat(format::kOverlayPrefix, xattr.key.substr(format::kOverlayEscapedPrefix.size()));
  return builder_.xattrs().intern_pair({key, xattr.value});
}

}  // namespace

Result<Tree> read_image(Bytes bytes, const ReadOptions& options) {
  TRY_ASSIGN(ImageView image, ImageView::open(bytes));
  return Reader(image, options).run();
}

Result<u32> image_version(Bytes bytes) {
  return ImageView::open(bytes).map([](const ImageView& image) { return image.version(); });
}

}  // namespace cfs::erofs
