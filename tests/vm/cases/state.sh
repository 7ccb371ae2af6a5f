# SPDX-License-Identifier: LGPL-2.1-or-later
title='writable state: an overlay on /etc, a tmpfs on /var; the root stays read-only'
root_options=rw
config='etc.mount = "overlay"
var.transient = true'

guest() {
  root_is_composefs
  state=/sysroot/sysroot/state/deploy/$digest
  holds a file in etc can be written -- sh -c 'echo mine >/sysroot/etc/new'
  holds it is kept on the disk -- grep -qx mine "$state/etc/upper/new"
  holds a file in var can be written -- sh -c 'echo mine >/sysroot/var/new'
  holds the disk has none of it -- [ ! -e "$state/var/new" ]
  for dir in etc var; do
    line=$(grep " /sysroot/$dir " /proc/mounts)
    holds "$dir" is nosuid and nodev -- sh -c 'echo "$1" | grep -q nosuid,nodev' - "$line"
  done
  holds the old root is not below twice -- [ "$(grep -c ' /sysroot/sysroot ' /proc/mounts)" = 1 ]
}
