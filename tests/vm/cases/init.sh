# SPDX-License-Identifier: LGPL-2.1-or-later
title='composefs-init is the whole initramfs: root=LABEL=, switched to the image, nothing left behind'
rows='T54 T55'
own_init=yes

cmdline() { echo "composefs=$digest root=LABEL=sysroot rw init=/var/case/pid1 -- hello"; }

guest() {
  root_is_composefs
  holds this is process 1 -- [ $$ = 1 ]
  for fd in /proc/1/fd/*; do readlink "$fd"; done >/run/descriptors
  grep -vx /run/descriptors /run/descriptors | sort -u | tr '\n' ' ' >/run/open
  holds no descriptor of theirs is left -- grep -qx '/dev/console /var/case/pid1 ' /run/open
  cut -d ' ' -f 2 /proc/mounts | sort | tr '\n' ' ' >/run/where
  holds nothing else is mounted -- grep -qx '/ /dev /etc /proc /run /sys /sysroot /var ' /run/where
  # What is in a ramfs cannot be evicted: megabytes, if the files were still there.
  holds the initramfs is empty -- awk '/^Unevictable:/ { exit $2 > 500 }' /proc/meminfo
  holds the old root is read-only -- grep -q ' /sysroot ext4 ro' /proc/mounts
}
