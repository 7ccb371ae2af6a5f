// SPDX-License-Identifier: LGPL-2.1-or-later

#include "entry/pe.h"

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "format/pe.h"

namespace cfs::entry {

namespace {

// The struct at `offset`, or nothing if the file ends before it does.
template <class T>
const T* at(Bytes file, u64 offset) {
  static_assert(alignof(T) == 1);
  if (offset > file.size() || file.size() - offset < sizeof(T)) return nullptr;
  return reinterpret_cast<const T*>(file.data() + offset);
}

}  // namespace

Result<std::vector<Section>> pe_sections(Bytes file) {
  const auto* dos = at<format::DosHeader>(file, 0);
  if (!dos || std::string_view(dos->magic, 2) != "MZ")
    return fail_with(EINVAL, "is not an EFI program (no MZ header)");
  const auto* pe = at<format::PeHeader>(file, dos->lfanew);
  if (!pe || std::string_view(pe->magic, 4) != std::string_view("PE\0\0", 4))
    return fail_with(EINVAL, "is not an EFI program (no PE header)");

  u64 table = u64{dos->lfanew} + sizeof *pe + pe->optional_header_size;
  std::vector<Section> sections;
  for (u64 i = 0; i < pe->section_count; ++i) {
    const auto* section = at<format::PeSection>(file, table + i * sizeof(format::PeSection));
    if (!section) return fail_with(EINVAL, "is cut off: its section table is not all there");
    std::string_view name(section->name, sizeof section->name);
    name = name.substr(0, name.find('\0'));
    u64 size = std::min<u32>(section->raw_size, section->virtual_size);
    if (size > file.size() || section->raw_offset > file.size() - size)
      return fail_with(EINVAL, cat("is cut off: section `", printable(name), "` is not all there"));
    sections.push_back({name, size ? file.subspan(section->raw_offset, size) : Bytes{}});
  }
  return sections;
}

}  // namespace cfs::entry
