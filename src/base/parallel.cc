// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/parallel.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <utility>

namespace cfs {

unsigned available_cpus() {
  cpu_set_t set;
  int n = ::sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  return static_cast<unsigned>(std::max(n, 1));
}

namespace {

// More than this only costs memory and descriptors.
constexpr unsigned kMostThreads = 256;

void* call(void* work) {
  (*static_cast<const std::function<void()>*>(work))();
  return nullptr;
}

}  // namespace

// Not std::thread, whose constructor throws.
Crew::Crew(unsigned threads, std::function<void()> work) : work_(std::move(work)) {
  for (unsigned i = 0; i < std::min(threads, kMostThreads); ++i) {
    pthread_t thread;
    if (::pthread_create(&thread, nullptr, call, &work_) != 0) return;
    threads_.push_back(thread);
  }
}

void Crew::join() {
  for (pthread_t thread : threads_) ::pthread_join(thread, nullptr);
  threads_.clear();
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
  std::size_t all = std::min<std::size_t>(std::max(threads, 1u), std::max<std::size_t>(count, 1));
  Crew crew(static_cast<unsigned>(all - 1), run);
  run();
  crew.join();
  if (error) return tl::make_unexpected(std::move(*error));
  return {};
}

}  // namespace cfs
