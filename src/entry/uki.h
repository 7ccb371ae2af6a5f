// SPDX-License-Identifier: LGPL-2.1-or-later

// What a unified kernel image boots. Its command line is a section `.cmdline`; a profile may have
// one of its own, and add-ons add theirs to all of them (systemd-stub(7)):
//
//     ESP/EFI/Linux/NAME.efi
//     ESP/EFI/Linux/NAME.efi.extra.d/*.addon.efi     for this one
//     ESP/loader/addons/*.addon.efi                  for all of this ESP

#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "fsverity/digest.h"

namespace cfs::entry {

struct UkiLines {
  std::vector<std::string> lines;   // one for every .cmdline section, with those of the add-ons
  std::vector<std::string> addons;  // files that have a word of ours on their command line
};

// Of the image at `path` alone. EINVAL when it is no EFI program or has no command line: then
// whoever starts it says what is booted.
Result<UkiLines> embedded_lines(const std::string& path);
// Of the image and the add-ons at their places.
Result<UkiLines> uki_lines(const std::string& path);

// The image that all of the lines name. EBADMSG when one of them names another, several, or none,
// or is longer than what a kernel reads.
Result<Digest> named_image(const UkiLines& uki);
// Whether one of the lines marks its digests with `?`: then a boot may go without fs-verity, if the
// initramfs allows that.
bool is_lax(const UkiLines& uki);
// EBADMSG, naming both digests, unless that image is `digest`.
Result<> check_lines(const UkiLines& uki, const Digest& digest);

}  // namespace cfs::entry
