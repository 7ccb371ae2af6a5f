# SPDX-License-Identifier: LGPL-2.1-or-later
title="ostree: unstable's ostree-prepare-root mounts its composefs with our library"
long=yes

fault() {
  local deployment payload
  CFSROOT_BIN=$bin "$here/client" ostree "$disk" >"$work/client.log" 2>&1 ||
    die "tests/vm/client failed: $(tail -n 5 "$work/client.log")"
  deployment=$(debugfs -R 'cat /deployment' "$disk" 2>>"$work/debugfs.log")
  "$bin/cfsroot" seal "$disk" /composefs/objects /ostree/repo/objects "/$deployment/.ostree.cfs"
  # One object loses its seal.
  edit "dump /$deployment/.ostree.cfs $work/image"
  payload=$("$bin/composefs-info" dump "$work/image" | awk '$1 == "/usr/bin/tampered-with" { print $9 }')
  objects=/ostree/repo/objects unseal "$payload"
}

# The program as it is, with the libraries of its own system, but for the one.
more_files() {
  local root lib
  root=$("$project/tests/conformance/clients/root" ostree)
  lib=$root/usr/lib/x86_64-linux-gnu
  mkdir -p "$1/unstable" "$1/usr/lib/ostree"
  cp "$root/usr/lib/ostree/ostree-prepare-root" "$1/unstable/"
  "$lib/ld-linux-x86-64.so.2" --library-path "$lib" --list "$1/unstable/ostree-prepare-root" |
    sed -n 's/.* => \(.*\) (.*/\1/p' | sort -u | xargs cp -L -t "$1/unstable" "$lib/libxxhash.so.0"
  cp "$bin/../lib/libcomposefs.so.1" "$1/unstable/"
  printf '[composefs]\nenabled = verity\n' >"$1/usr/lib/ostree/prepare-root.conf"
}

# As an initramfs does it: the disk is there, and becomes the root.
prepare_root() {
  mkdir -p /run/os && mount -t ext4 /dev/nvme0n1 /run/os || return
  target=$(cd /run/os && echo ostree/boot.1/zoo/*/0)
  /unstable/ld-linux-x86-64.so.2 --library-path /unstable /unstable/ostree-prepare-root /run/os "ostree=/$target rw"
}
every_file_is_there() {
  holds "$1" every file is as it was -- sh -c 'cd /run/os && sha256sum -c sysroot/sums'
  fails 'Input/output error' cat /run/os/usr/bin/tampered-with
}

guest() {
  holds ostree-prepare-root works -- prepare_root
  holds its root is an overlay that enforces digests -- grep -q '^composefs /run/os overlay ro,.*verity=require' /proc/mounts
  every_file_is_there verity:
  fails 'Read-only file system' touch /run/os/usr/new
  holds etc takes changes -- touch /run/os/etc/new
  holds ostree says that it has booted -- [ -e /run/ostree-booted ]

  umount -l /run/os
  rm -r /run/ostree /run/ostree-booted
  printf '[root]\ntransient = true\n' >>/usr/lib/ostree/prepare-root.conf
  holds it works with a transient root -- prepare_root
  every_file_is_there transient:
  holds the root takes changes -- touch /run/os/usr/new
  holds they are not on the disk -- [ -e /run/ostree/.private/root/upper/usr/new ]
}
