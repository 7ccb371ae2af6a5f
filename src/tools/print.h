// SPDX-License-Identifier: LGPL-2.1-or-later

// What programs that live in an initramfs print, without the standard library's streams.

#pragma once

#include "base/fd.h"
#include "base/text.h"

namespace cfs::tools {

inline Result<> print(std::string_view text) {
  auto written = write_all(1, as_bytes(text));
  if (written) return {};
  return in_context("cannot write to standard output", std::move(written).error());
}

inline void print_error(std::string_view text) { (void)write_all(2, as_bytes(text)); }

// All of a program whose whole work is `text`. Returns the exit status.
inline int print_and_end(std::string_view program, std::string_view text) {
  auto printed = print(text);
  if (!printed) print_error(cat(program, ": ", printed.error().text, "\n"));
  return printed ? 0 : 1;
}

}  // namespace cfs::tools
