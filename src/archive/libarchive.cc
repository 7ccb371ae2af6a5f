// SPDX-License-Identifier: LGPL-2.1-or-later

#include "archive/libarchive.h"

#include <cerrno>
#include <string_view>

namespace cfs::archive {

tl::unexpected<Error> library_error(struct ::archive* reader) {
  const int code = ::archive_errno(reader);
  const char* text = ::archive_error_string(reader);
  return fail_with(code > 0 ? code : EINVAL, text ? text : "cannot be read");
}

BytesAsTheyAre::BytesAsTheyAre()
    : c_(::newlocale(LC_ALL_MASK, "C", nullptr)), before_(::uselocale(c_)) {}

BytesAsTheyAre::~BytesAsTheyAre() {
  ::uselocale(before_);
  ::freelocale(c_);
}

bool BytesAsTheyAre::is_harmless(struct ::archive* reader) {
  const char* text = ::archive_error_string(reader);
  return text && std::string_view(text).find("can't be converted from") != std::string_view::npos;
}

}  // namespace cfs::archive
