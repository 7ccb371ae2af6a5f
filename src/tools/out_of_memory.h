// SPDX-License-Identifier: LGPL-2.1-or-later

// What main() of a program does around its work. Memory may run out anywhere in it: by a limit, or
// because a broken input has a size that no machine has. Unwinding then removes what is
// half-written, as every other failure does. No other thread can unwind to main(): there the
// program ends at once, and what is half-written is removed by the next run, as after a kill.

#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <stdexcept>

namespace cfs::tools {

inline void say_out_of_memory() {
  std::fprintf(stderr, "%s: Out of memory\n", program_invocation_short_name);
}

// The exit status of `work`; 1 after "PROGRAM: Out of memory".
template <class Work>
int unless_out_of_memory(Work work) {
  std::set_new_handler([] {
    if (::gettid() == ::getpid()) throw std::bad_alloc();
    say_out_of_memory();
    ::_exit(EXIT_FAILURE);
  });
  try {
    return work();
  } catch (const std::bad_alloc&) {
  } catch (const std::length_error&) {
  }
  say_out_of_memory();
  return EXIT_FAILURE;
}

}  // namespace cfs::tools
