# SPDX-License-Identifier: LGPL-2.1-or-later
title='the repository on btrfs, sealed by the kernel of the machine'
root_type=btrfs
modules='libcrc32c raid6_pq xor blake2b_generic libblake2b zstd_compress btrfs erofs overlay'

fault() {
  mkdir "$work/files"
  edit "rdump / $work/files"
  rm "$disk"
  truncate -s 512M "$disk"
  mkfs.btrfs -q -L sysroot --rootdir "$work/files" "$disk" >"$work/mkfs.log" 2>&1
  rm -r "$work/files"
}

more_files() { add_modules "$1" raid6_pq xor blake2b_generic libblake2b zstd_compress btrfs; }

before() {
  find /sysroot/composefs/objects -type f -exec fsverity enable {} \;
  sync
}

guest() {
  root_is_composefs
  same_as_source
  holds the store is on btrfs -- grep -q ' /sysroot/sysroot btrfs ' /proc/mounts
}
