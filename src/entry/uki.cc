// SPDX-License-Identifier: LGPL-2.1-or-later

#include "entry/uki.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "base/directory.h"
#include "base/fd.h"
#include "base/text.h"
#include "entry/pe.h"
#include "entry/tries.h"
#include "kernel-cmdline/digests.h"
#include "kernel-cmdline/edit.h"

namespace cfs::entry {

namespace {

// The text of every .cmdline section.
Result<std::vector<std::string>> cmdlines(const std::string& path) {
  TRY_ASSIGN(Fd fd, open_file(path, O_RDONLY));
  struct stat st;
  if (::fstat(fd.get(), &st) < 0) return fail(errno, path);
  if (!S_ISREG(st.st_mode)) return fail_with(EINVAL, cat(path, ": is not a file"));
  std::vector<std::string> out;
  if (st.st_size == 0) return fail_with(EINVAL, cat(path, ": is empty"));
  auto file = Mapping::of(fd.get());
  if (!file) return in_context(path, file.error());
  auto sections = pe_sections(file->bytes());
  if (!sections) return fail_with(sections.error().code, cat(path, " ", sections.error().text));
  for (const Section& section : *sections) {
    if (section.name != ".cmdline") continue;
    std::string_view text = as_text(section.content);
    out.emplace_back(text.substr(0, text.find('\0')));
  }
  return out;
}

// Add-ons in `folder`, sorted; none if there is no such folder.
Result<> find_addons(const std::string& folder, std::vector<std::string>& out) {
  auto dir = open_file(folder, O_RDONLY | O_DIRECTORY);
  if (!dir) {
    if (dir.error().code == ENOENT || dir.error().code == ENOTDIR) return {};
    return tl::make_unexpected(std::move(dir).error());
  }
  auto entries = list_directory(dir->get());
  if (!entries) return in_context(folder, entries.error());
  for (const DirectoryEntry& entry : *entries) {
    if (lower_case(entry.name).ends_with(".addon.efi")) out.push_back(cat(folder, "/", entry.name));
  }
  return {};
}

Result<std::vector<std::string>> addons_of(const std::string& path) {
  std::vector<std::string> found;
  TRY(find_addons(cat(split_path(path).folder, "/../../loader/addons"), found));
  TRY(find_addons(cat(path, ".extra.d"), found));
  // The boot loader counts tries in the name.
  if (auto name = name_of(path, kUkiSuffix); name && file_name(*name, {}, kUkiSuffix) != path)
    TRY(find_addons(cat(file_name(*name, {}, kUkiSuffix), ".extra.d"), found));
  return found;
}

// For messages: which add-ons have to do with images.
std::string addon_hint(const UkiLines& uki) {
  std::string text;
  for (const std::string& addon : uki.addons)
    text += cat(text.empty() ? "; add-ons have a word in it: " : ", ", addon);
  return text;
}

}  // namespace

Result<UkiLines> embedded_lines(const std::string& path) {
  UkiLines uki;
  TRY_ASSIGN(uki.lines, cmdlines(path));
  if (uki.lines.empty())
    return fail_with(EINVAL, cat(path, ": has no .cmdline section: it boots what it is told to"));
  return uki;
}

Result<UkiLines> uki_lines(const std::string& path) {
  TRY_ASSIGN(UkiLines uki, embedded_lines(path));
  TRY_ASSIGN(auto addons, addons_of(path));
  for (const std::string& addon : addons) {
    TRY_ASSIGN(auto texts, cmdlines(addon));
    bool ours = false;
    for (const std::string& text : texts) {
      auto parameters = kernel_cmdline::split(text);
      ours |= std::any_of(parameters.begin(), parameters.end(), kernel_cmdline::is_ours);
      for (std::string& line : uki.lines) line += cat(" ", text);
    }
    if (ours) uki.addons.push_back(addon);
  }
  return uki;
}

Result<Digest> named_image(const UkiLines& uki) {
  std::optional<Digest> image;
  for (const std::string& line : uki.lines) {
    if (auto fits = kernel_cmdline::check_length(line); !fits)
      return fail_with(EBADMSG, cat("its ", fits.error().text));
    auto found = kernel_cmdline::find_digests(kernel_cmdline::split(line));
    if (!found)
      return fail_with(
          EBADMSG, cat("its command line would be refused: ", found.error().text, addon_hint(uki)));
    if (found->list.empty())
      return fail_with(EBADMSG, cat("its command line names no image, but who may sign one: ",
                                    "composefs.signed=", found->signed_name, addon_hint(uki)));
    for (const Digest& named : found->list) {
      if (image && *image != named)
        return fail_with(EBADMSG, cat("its command lines name the images ", image->hex(), " and ",
                                      named.hex(), addon_hint(uki)));
      image = named;
    }
  }
  if (!image) return fail_with(EBADMSG, "has no command line");
  return *image;
}

bool is_lax(const UkiLines& uki) {
  return std::ranges::any_of(uki.lines, [](const std::string& line) {
    auto found = kernel_cmdline::find_digests(kernel_cmdline::split(line));
    return found && found->lax;
  });
}

Result<> check_lines(const UkiLines& uki, const Digest& digest) {
  TRY_ASSIGN(Digest named, named_image(uki));
  if (named == digest) return {};
  return fail_with(EBADMSG, cat("its command line names the image ", named.hex(), ", not ",
                                digest.hex(), addon_hint(uki)));
}

}  // namespace cfs::entry
