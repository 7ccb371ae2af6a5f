// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

namespace cfs {

// composefs-setup-root as a function, so that composefs-init holds it too: one file in an initramfs
// instead of two of nearly the same size. Returns the exit status; wrong usage ends the process.
int setup_root(int argc, char** argv);

}  // namespace cfs
