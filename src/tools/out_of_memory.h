// SPDX-License-Identifier: LGPL-2.1-or-later

// What main() of a program does around its work. Memory may run out anywhere in it: by a limit, or
// because a broken input has a size that no machine has. Unwinding then removes what is
// half-written, as every other failure does.

#pragma once

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <stdexcept>

namespace cfs::tools {

// The exit status of `work`; 1 after "PROGRAM: Out of memory".
template <class Work>
int unless_out_of_memory(Work work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
  } catch (const std::length_error&) {
  }
  std::fprintf(stderr, "%s: Out of memory\n", program_invocation_short_name);
  return EXIT_FAILURE;
}

}  // namespace cfs::tools
