// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

namespace cfs {

// composefs-setup-root as a function, so that composefs-init holds it too: one file in an initramfs
// instead of two of nearly the same size. Returns the exit status; wrong usage ends the process.
// `init` is what the root must be able to start; if empty, the command line's init= or what systemd
// would find.
int setup_root(int argc, char** argv, const std::string& init = "");

}  // namespace cfs
