// SPDX-License-Identifier: LGPL-2.1-or-later

#include "disk/spool.h"

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "disk/sparse.h"

namespace cfs::disk {

Result<> Spool::begin(u64) {
  at_ = start_;
  return {};
}

Result<> Spool::write(Bytes data) {
  TRY(write_all_at(file_.get(), data, at_));
  at_ += data.size();
  return {};
}

Result<> Spool::end(const Digest& digest) {
  if (!seen_.emplace(as_text(digest.bytes())).second) return {};  // the next one takes its place
  extents_.push_back({start_, at_ - start_});
  objects_.add({digest, at_ - start_, this, static_cast<u32>(extents_.size() - 1), stored_});
  start_ = at_;
  return {};
}

Result<> Spool::read(u32 item, const Sink& sink) const {
  thread_local std::vector<std::byte> buffer(1 << 20);
  const Extent& extent = extents_[item];
  for (u64 done = 0; done < extent.size;) {
    std::size_t want = std::min<u64>(buffer.size(), extent.size - done);
    auto got = pread_full(file_.get(), MutableBytes(buffer).first(want), extent.start + done);
    if (!got) return in_context(name_, std::move(got).error());
    if (*got == 0) return fail_with(EIO, cat(name_, ": the spooled contents end early"));
    TRY(sink(Bytes(buffer).first(*got)));
    done += *got;
  }
  return {};
}

}  // namespace cfs::disk
