// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <functional>

#include "base/result.h"

namespace cfs {

// CPUs this process may run on, at least 1.
unsigned available_cpus();

// Calls work(i) for every i in [0, count) from up to `threads` threads, the caller's among them.
// Indices are handed out in order. After a failure no new index is started, and the failure with
// the lowest index is returned: the same one with any number of threads.
Result<> parallel_for(unsigned threads, std::size_t count,
                      const std::function<Result<>(std::size_t)>& work);

}  // namespace cfs
