// SPDX-License-Identifier: LGPL-2.1-or-later

// The programs of the initramfs are compiled without exceptions, but the C++ library is not: its allocation and its
// range checks would bring the unwinder and the demangler along, 75 KB, for a message that nobody
// can act on. Where they would throw we stop: the unit that runs us fails, and with it the boot.

#include <cstdlib>
#include <new>

void* operator new(std::size_t size) {
  void* memory = std::malloc(size ? size : 1);
  if (!memory) std::abort();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace std {
void __throw_length_error(const char*) { abort(); }
void __throw_logic_error(const char*) { abort(); }
void __throw_out_of_range_fmt(const char*, ...) { abort(); }
void __throw_bad_alloc() { abort(); }
void __throw_bad_array_new_length() { abort(); }
void __throw_system_error(int) { abort(); }
}  // namespace std
