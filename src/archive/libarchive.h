// SPDX-License-Identifier: LGPL-2.1-or-later

// libarchive's handles as values, and its errors as ours.

#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include <memory>

#include "base/result.h"

namespace cfs::archive {

struct FreeReader {
  void operator()(struct ::archive* reader) const { ::archive_read_free(reader); }
};
using Reader = std::unique_ptr<struct ::archive, FreeReader>;

// What the library says is wrong, in its own words.
tl::unexpected<Error> library_error(struct ::archive* reader);

// While one lives, this thread has the C locale. In any other the library re-codes names: it
// composes decomposed letters and replaces what it cannot express. In this one names outside ASCII
// cannot be expressed at all, and it falls back to the bytes as they are, which is what we want.
class BytesAsTheyAre {
 public:
  BytesAsTheyAre();
  BytesAsTheyAre(const BytesAsTheyAre&) = delete;
  ~BytesAsTheyAre();
  // True when all that the library warns about is that fallback.
  static bool is_harmless(struct ::archive* reader);

 private:
  locale_t c_;
  locale_t before_;
};

}  // namespace cfs::archive
