# SPDX-License-Identifier: LGPL-2.1-or-later
# A stranger's C and C++ programs find the library by pkg-config and CMake, and their packages will depend on
# it by a name and a version that Debian's own package satisfies, too.
packages=(build-essential cmake ninja-build pkgconf)

guest() {
  quietly dpkg -i libcomposefs1_*.deb libcomposefs-dev_*.deb
  mkdir /tmp/project
  cd /tmp/project
  cat >user.c <<'END'
#include <libcomposefs/lcfs-mount.h>
#include <libcomposefs/lcfs-writer.h>
int main(void) {
  struct lcfs_node_s *node = lcfs_node_new();
  lcfs_node_set_mode(node, 0100644);
  int good = lcfs_node_get_mode(node) == 0100644;
  lcfs_node_unref(node);
  return !good;
}
END
  # shellcheck disable=SC2046 # words
  quietly cc -Wall -Werror -o user user.c $(pkg-config --cflags --libs composefs)
  ./user || fail "C: status $?"

  cp user.c user.cc
  cat >CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.25)
project(user LANGUAGES CXX)
find_package(composefs 1.0.8 REQUIRED)
add_executable(user user.cc)
target_link_libraries(user composefs::composefs)
END
  quietly cmake -G Ninja -B built
  quietly cmake --build built
  built/user || fail "C++: status $?"

  mkdir debian
  printf 'Source: user\n\nPackage: user\nArchitecture: any\n' >debian/control
  dpkg-shlibdeps -O user 2>/dev/null | grep -qE 'libcomposefs1 \(>= 1\.0\.8\)' || fail "$(dpkg-shlibdeps -O user)"
}
