// SPDX-License-Identifier: LGPL-2.1-or-later

// What every function for C callers goes through: errors become errno, and nothing is thrown at
// them.

#pragma once

#include <cerrno>
#include <new>
#include <stdexcept>
#include <utility>

#include "base/result.h"

namespace cfs::capi {

// What `work` returns; `failure` with ENOMEM when memory runs out in it, or when it needs a size
// that no memory can hold. Nothing else of ours throws: ENOTRECOVERABLE would be a mistake here.
template <class T, class Work>
T guarded(T failure, Work work) noexcept {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    errno = ENOMEM;
  } catch (const std::length_error&) {
    errno = ENOMEM;
  } catch (...) {
    errno = ENOTRECOVERABLE;
  }
  return failure;
}

// 0, or -1 with errno.
template <class T>
int answer(const Result<T>& result) {
  if (result) return 0;
  errno = result.error().code;
  return -1;
}
inline int refuse(int code) {
  errno = code;
  return -1;
}

}  // namespace cfs::capi
