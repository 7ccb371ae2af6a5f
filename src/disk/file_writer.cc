// SPDX-License-Identifier: LGPL-2.1-or-later

#include "disk/file_writer.h"

#include <algorithm>
#include <cerrno>
#include <mutex>

#include "base/parallel.h"
#include "base/text.h"
#include "disk/sparse.h"
#include "format/ext4_verity.h"
#include "merkle/merkle.h"

namespace cfs::disk {

namespace {

constexpr u64 kBlock = format::kVerityBlockSize;

// A file in the image, written front to back.
class Place {
 public:
  Place(int fd, u64 offset, std::span<const Run> runs) : fd_(fd), offset_(offset), runs_(runs) {}

  void seek(u64 position) { position_ = position; }
  Result<> write(Bytes data) {
    while (!data.empty()) {
      while (!runs_.empty() && position_ >= (runs_[0].logical + runs_[0].count) * kBlock)
        runs_ = runs_.subspan(1);
      if (runs_.empty()) return fail_with(EFBIG, "is larger than it was");
      const Run& run = runs_[0];
      u64 left = (run.logical + run.count) * kBlock - position_;
      Bytes piece = data.first(std::min<u64>(data.size(), left));
      TRY(write_sparse(fd_, piece,
                       offset_ + run.physical * kBlock + position_ - run.logical * kBlock));
      position_ += piece.size();
      data = data.subspan(piece.size());
    }
    return {};
  }

 private:
  int fd_;
  u64 offset_;
  std::span<const Run> runs_;
  u64 position_ = 0;
};

Result<> write_file(Place place, const Object& object, bool sealed, HashAlg alg) {
  auto keep = sealed ? merkle::Builder::Keep::kTree : merkle::Builder::Keep::kDigest;
  merkle::Builder builder(alg, keep);
  auto changed = [&] {
    return fail_with(EBADMSG, cat(object.name(), ": is not what its digest ", object.digest.hex(),
                                  " says; it is damaged, or was changed meanwhile"));
  };
  TRY(object.contents->read(object.item, [&](Bytes data) -> Result<> {
    builder.update(data);
    if (builder.size() > object.size) return changed();
    return place.write(data);
  }));
  if (builder.finish() != object.digest || builder.size() != object.size) return changed();
  if (!sealed) return {};
  place.seek(format::ext4_verity_offset(object.size));
  TRY(place.write(builder.tree()));
  format::Ext4VerityTrailer trailer;
  trailer.descriptor = builder.descriptor();
  return place.write(bytes_of(trailer));
}

}  // namespace

Result<> write_files(int fd, u64 offset, const Layout& layout, HashAlg alg, const Objects& objects,
                     const Ext4Writer& writer, unsigned threads,
                     const std::function<void(u64 done, u64 total)>& progress) {
  std::vector<tree::InodeId> files;
  for (tree::InodeId id = 0; id < layout.contents.size(); ++id)
    if (layout.contents[id].object != Objects::kNone) files.push_back(id);
  std::mutex mutex;
  u64 done = 0;
  return parallel_for(threads, files.size(), [&](std::size_t i) -> Result<> {
    const FileContent& content = layout.contents[files[i]];
    TRY(write_file(Place(fd, offset, writer.runs(files[i])), objects[content.object],
                   content.sealed, alg));
    if (progress) {
      std::lock_guard lock(mutex);
      progress(++done, files.size());
    }
    return {};
  });
}

}  // namespace cfs::disk
