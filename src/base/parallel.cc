// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace cfs {

unsigned available_cpus() {
  cpu_set_t set;
  int n = ::sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  return static_cast<unsigned>(std::max(n, 1));
}

Result<> parallel_for(unsigned threads, std::size_t count,
                      const std::function<Result<>(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  std::atomic<std::size_t> limit = count;  // lowered to the first failure: nothing after it starts
  std::mutex mutex;
  std::optional<Error> error;

  auto run = [&] {
    for (;;) {
      std::size_t i = next.fetch_add(1);
      if (i >= limit) return;
      if (auto result = work(i); !result) {
        std::lock_guard lock(mutex);
        if (i < limit) {
          limit = i;
          error = std::move(result).error();
        }
      }
    }
  };
  std::vector<std::thread> crew;
  std::size_t extra = std::min<std::size_t>(std::max(threads, 1u), std::max<std::size_t>(count, 1)) - 1;
  for (std::size_t i = 0; i < extra; ++i) crew.emplace_back(run);
  run();
  for (auto& thread : crew) thread.join();
  if (error) return tl::make_unexpected(std::move(*error));
  return {};
}

}  // namespace cfs
