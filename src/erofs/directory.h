// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <vector>

#include "erofs/image_tree.h"
#include "format/erofs.h"

namespace cfs::erofs {

// One directory's entries and how they are cut into chunks: full blocks, then a tail. A tail over
// half a block becomes a block of its own.
class Directory {
 public:
  explicit Directory(const ImageTree& tree) : tree_(tree) {}
  void load(InodeId id);

  u32 nlink() const { return nlink_; }
  u64 blocks() const { return blocks_; }
  u64 tail() const { return tail_; }

  // Chunk number `blocks()` is the tail.
  template <class Sink, class Nid>
  void emit_chunk(Sink& sink, u64 chunk, Nid nid_of) const;

 private:
  const ImageTree& tree_;
  std::vector<Entry> entries_;
  std::vector<std::size_t> cuts_;  // chunk i holds entries [cuts_[i], cuts_[i + 1])
  u32 nlink_ = 0;
  u64 blocks_ = 0;
  u64 tail_ = 0;
};

inline void Directory::load(InodeId id) {
  tree_.list(id, entries_);
  cuts_.assign(1, 0);
  nlink_ = 2;
  u64 used = 0;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    u64 need = sizeof(format::ErofsDirent) + entry.name.size();
    if (used + need > format::kErofsBlockSize) {
      cuts_.push_back(i);
      used = 0;
    }
    used += need;
    nlink_ += !entry.link && tree_.is_directory(entry.inode);
  }
  bool own_block = used > format::kErofsBlockSize / 2;
  blocks_ = cuts_.size() - 1 + own_block;
  tail_ = own_block ? 0 : used;
  cuts_.push_back(entries_.size());
}

template <class Sink, class Nid>
void Directory::emit_chunk(Sink& sink, u64 chunk, Nid nid_of) const {
  auto entries = std::span(entries_).subspan(cuts_[chunk], cuts_[chunk + 1] - cuts_[chunk]);
  std::size_t name_offset = entries.size() * sizeof(format::ErofsDirent);
  for (const Entry& entry : entries) {
    format::ErofsDirent dirent;
    dirent.nid = nid_of(entry.inode);
    dirent.nameoff = static_cast<u16>(name_offset);
    dirent.file_type = tree_.file_type(entry.inode);
    sink.put(bytes_of(dirent));
    name_offset += entry.name.size();
  }
  for (const Entry& entry : entries) sink.put(as_bytes(entry.name));
  if (chunk < blocks_) sink.zeros(format::kErofsBlockSize - name_offset);
}

}  // namespace cfs::erofs
