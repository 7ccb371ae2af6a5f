// SPDX-License-Identifier: LGPL-2.1-or-later

// The smallest PE file with these sections, for tests.

#pragma once

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "format/pe.h"

namespace cfs::entry {

inline std::string efi_program(const std::vector<std::pair<std::string, std::string>>& sections) {
  format::DosHeader dos{};
  std::memcpy(dos.magic, "MZ", 2);
  dos.lfanew = sizeof dos;
  format::PeHeader pe{};
  std::memcpy(pe.magic, "PE\0\0", 4);
  pe.section_count = static_cast<u16>(sections.size());
  pe.optional_header_size = 8;
  std::string head(as_text(bytes_of(dos)));
  head += as_text(bytes_of(pe));
  head += "optional";
  std::string body;
  std::size_t start = head.size() + sections.size() * sizeof(format::PeSection);
  for (const auto& [name, content] : sections) {
    format::PeSection section{};
    std::memcpy(section.name, name.data(), name.size());
    section.virtual_size = static_cast<u32>(content.size());
    section.raw_size = static_cast<u32>(round_up(content.size(), std::size_t{16}));
    section.raw_offset = static_cast<u32>(start + body.size());
    head += as_text(bytes_of(section));
    body += content;
    body.resize(round_up(body.size(), std::size_t{16}));
  }
  return head + body;
}

}  // namespace cfs::entry
