// SPDX-License-Identifier: LGPL-2.1-or-later

// Extended attributes on disk: which ones are shared, the table of the shared ones, and an inode's
// area that refers to them (kernel: Documentation/filesystems/erofs.rst, "Xattrs"; the rules of
// sharing and order are those of composefs 1.0.8).

#pragma once

#include <array>
#include <string>
#include <vector>

#include "erofs/image_tree.h"
#include "erofs/sink.h"
#include "format/erofs.h"
#include "format/overlay.h"

namespace cfs::erofs {

class XattrTable {
 public:
  explicit XattrTable(const ImageTree& tree);

  // The shared table, in its final bytes.
  const std::string& shared() const { return shared_; }
  bool has_acl() const { return has_acl_; }
  // Where the table starts, in units of 4 bytes from the block of xattr_blkaddr. Known after
  // layout.
  void set_reference_base(u32 base) { reference_base_ = base; }

  // The area behind an inode's header; nothing when it has no attributes.
  template <class Sink>
  void emit(Sink& sink, InodeId id, const Inode& inode);

 private:
  static constexpr u32 kInline = ~u32{0};
  static constexpr std::size_t kReferenceMax = 128;  // per inode; the rest goes inline

  struct Attribute {
    u8 name_index = 0;
    u8 filter_bit = 0;
    u8 rank = 0;           // sorts before metacopy (0), between it and redirect (1), after (2)
    u32 shared = kInline;  // offset in the shared table, in units of 4 bytes
    std::string_view suffix;
    std::string_view lead, value;  // the value in two parts

    static Attribute named(std::string_view key);
    template <class Sink>
    void emit(Sink& sink) const;
  };

  // Attributes that follow from an external file's digest and path. Files with equal ones share.
  struct Derived {
    std::vector<u32> group_of;       // by inode id; 0 means alone
    std::vector<InodeId> groups{0};  // one inode of each group, from 1
    std::vector<u32> shared;         // offset of each group's entry, as in Attribute
  };
  template <class Value>
  Derived group(Value value_of) const;
  void share();
  void gather(InodeId id, const Inode& inode);

  Attribute metacopy(const Inode& inode) const;
  Attribute redirect(const Inode& inode) const;

  const ImageTree& tree_;
  std::vector<Attribute> pairs_;
  Attribute metacopy_name_, redirect_name_;
  Derived metacopies_, redirects_;
  std::string shared_;
  bool has_acl_ = false;
  u32 reference_base_ = 0;
  std::vector<Attribute> gathered_;  // one inode's, in key order
};

template <class Sink>
void XattrTable::Attribute::emit(Sink& sink) const {
  format::ErofsXattrEntry entry;
  entry.e_name_len = static_cast<u8>(suffix.size());
  entry.e_name_index = name_index;
  entry.e_value_size = static_cast<u16>(lead.size() + value.size());
  sink.put(bytes_of(entry));
  sink.put(as_bytes(suffix));
  sink.put(as_bytes(lead));
  sink.put(as_bytes(value));
  std::size_t size = suffix.size() + lead.size() + value.size();
  sink.zeros(round_up(size, std::size_t{4}) - size);
}

template <class Sink>
void XattrTable::emit(Sink& sink, InodeId id, const Inode& inode) {
  gather(id, inode);
  if (gathered_.empty()) return;
  format::ErofsXattrHeader header;
  u32 filter = ~u32{0};
  std::array<le32, kReferenceMax> references;
  std::size_t count = 0;
  for (Attribute& attribute : gathered_) {
    filter &= ~(u32{1} << attribute.filter_bit);
    if (attribute.shared == kInline) continue;
    if (count < kReferenceMax)
      references[count++] = reference_base_ + attribute.shared;
    else
      attribute.shared = kInline;
  }
  header.h_name_filter = filter;
  header.h_shared_count = static_cast<u8>(count);
  sink.put(bytes_of(header));
  sink.put(std::as_bytes(std::span(references).first(count)));
  for (const Attribute& attribute : gathered_)
    if (attribute.shared == kInline) attribute.emit(sink);
}

}  // namespace cfs::erofs
