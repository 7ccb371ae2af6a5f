// SPDX-License-Identifier: LGPL-2.1-or-later

// Who runs the helper: what the initramfs is made with decides where that has to stand.

#pragma once

#include "initramfs/check.h"

namespace cfs::initramfs {

enum class Builder { kUnknown, kSystemd, kDracut, kInitramfsTools, kMkinitcpio, kComposefsInit };
std::string_view name(Builder builder);

// By its /init.
Builder find_builder(const Files& files);
// "helper" and "wiring".
void check_wiring(const Files& files, Builder builder, Findings& findings);

}  // namespace cfs::initramfs
