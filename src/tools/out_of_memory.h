// SPDX-License-Identifier: LGPL-2.1-or-later

// What main() of a program does first. Memory may run out anywhere: by a limit, or because a broken
// input has a size that no machine has. The program then ends at once, whichever thread it is:
// nothing can unwind through modules that are built without exceptions, nor from one thread to
// another. What is half-written is removed by the next run, as after a kill.

#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <stdexcept>

namespace cfs::tools {

[[noreturn]] inline void end_out_of_memory() {
  std::fprintf(stderr, "%s: Out of memory\n", program_invocation_short_name);
  ::_exit(EXIT_FAILURE);
}

// From here on, memory that runs out is exit status 1 after "PROGRAM: Out of memory".
inline void end_when_out_of_memory() {
  std::set_new_handler(end_out_of_memory);
  // Where a container is asked for more than it can ever hold, operator new is not reached. What
  // nobody catches comes here without unwinding.
  std::set_terminate([] {
    try {
      if (std::current_exception()) throw;
    } catch (const std::bad_alloc&) {
      end_out_of_memory();
    } catch (const std::length_error&) {
      end_out_of_memory();
    } catch (...) {
    }
    std::abort();
  });
}

}  // namespace cfs::tools
