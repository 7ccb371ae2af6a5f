// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <pthread.h>

#include <cstddef>
#include <functional>
#include <vector>

#include "base/result.h"

namespace cfs {

// CPUs this process may run on, at least 1.
unsigned available_cpus();

// Up to `threads` threads, 256 at most, that each call `work` once. Where the system refuses one
// (a limit on processes, memory) there are fewer, maybe none: size() says how many.
class Crew {
 public:
  Crew(unsigned threads, std::function<void()> work);
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  ~Crew() { join(); }

  std::size_t size() const { return threads_.size(); }
  void join();

 private:
  std::function<void()> work_;
  std::vector<pthread_t> threads_;
};

// Calls work(i) for every i in [0, count) from up to `threads` threads, the caller's among them.
// Indices are handed out in order. After a failure no new index is started, and the failure with
// the lowest index is returned: the same one with any number of threads.
Result<> parallel_for(unsigned threads, std::size_t count,
                      const std::function<Result<>(std::size_t)>& work);

}  // namespace cfs
