// SPDX-License-Identifier: LGPL-2.1-or-later

#include "archive/contents.h"

#include <algorithm>
#include <cerrno>

#include "base/text.h"

namespace cfs::archive {

namespace {

Result<> take_zeros(u64 count, const std::function<Result<>(Bytes)>& take) {
  static constexpr std::byte kZeros[64 << 10] = {};
  while (count > 0) {
    const std::size_t n = static_cast<std::size_t>(std::min<u64>(count, sizeof kZeros));
    TRY(take(Bytes(kZeros, n)));
    count -= n;
  }
  return {};
}

}  // namespace

Result<> stream_content(struct ::archive* reader, u64 size,
                        const std::function<Result<>(Bytes)>& take) {
  u64 at = 0;
  for (;;) {
    const void* block;
    std::size_t n;
    la_int64_t offset;
    int status = ::archive_read_data_block(reader, &block, &n, &offset);
    if (status == ARCHIVE_EOF) break;
    if (status != ARCHIVE_OK) return library_error(reader);
    const auto begin = static_cast<u64>(offset);
    if (begin < at || begin > size || n > size - begin)
      return fail_with(EINVAL, cat("content does not fit its size of ", size, " bytes"));
    TRY(take_zeros(begin - at, take));
    if (n > 0) TRY(take(Bytes(static_cast<const std::byte*>(block), n)));
    at = begin + n;
  }
  return take_zeros(size - at, take);
}

}  // namespace cfs::archive
