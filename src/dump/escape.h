// SPDX-License-Identifier: LGPL-2.1-or-later

// Escapes of the dump format: \\ \n \r \t \xHH.

#pragma once

#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"

namespace cfs::dump {

struct EscapeError {
  std::size_t offset = 0;  // of the backslash
  std::string text;        // in the reference's words
};

// The unescaped bytes: `field` itself when it has no backslash, else a copy in `arena`.
tl::expected<std::string_view, EscapeError> unescape(std::string_view field, Arena& arena);

// What stays raw besides 0x21…0x7e without backslash: nothing, the space, or all but '='.
enum class Escape { kField, kPath, kXattr };
void append_escaped(std::string& out, std::string_view bytes, Escape mode);

}  // namespace cfs::dump
