// SPDX-License-Identifier: LGPL-2.1-or-later

// Does an initramfs have what it takes to boot a composefs image? Nothing is run: it is about what
// is there, and about what the helper would say of its configuration and its command line.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "initramfs/unpack.h"

namespace cfs::initramfs {

// What is known of the boot from elsewhere.
struct Around {
  std::optional<std::string> cmdline = {};
  std::optional<std::string> kernel = {};   // its version; else all that there are modules of
  std::optional<std::string> builtin = {};  // its modules.builtin, if the initramfs has none
};

enum class Verdict {
  kOk,
  kNote,  // works, or cannot be told from here, but somebody may want to know
  kBad,   // this initramfs would not boot an image, or not what is asked for
};
std::string_view name(Verdict verdict);

struct Finding {
  Verdict verdict;
  std::string subject;  // "helper", "wiring", "erofs"…
  std::string text;
};

struct Findings {
  std::string builder;               // of wiring.h
  std::vector<std::string> kernels;  // versions
  std::vector<Finding> list;

  void add(Verdict verdict, std::string subject, std::string text) {
    list.push_back({verdict, std::move(subject), std::move(text)});
  }
};

Findings check(const Unpacked& initramfs, const Around& around);

}  // namespace cfs::initramfs
