# SPDX-License-Identifier: LGPL-2.1-or-later
title='/etc and /var: none, bind, overlay, transient; missing state is made; mounts are the golden ones'
rows='T50 T55'
config='etc.mount = "none"
var.mount = "none"'

# mode DIR MODE FLAGS TYPE SOURCE: what is mounted there, and whether it can be written to and forgets
mode() {
  state=/run/disk/state/deploy/$digest/$1
  rm -rf "$state"
  holds "$1" "$2" is assembled -- assemble "$1.mount = \"$2\""
  holds "$1" "$2" mounts "$4" -- [ "$(below "/run/root/$1")" = "/run/root/$1 $3 $4 $5" ]
  holds "$1" "$2" takes changes -- touch "/run/root/$1/new"
  holds "$1" "$2" "$6" -- [ "$(find "$state" -name new 2>/dev/null | wc -l)" = "$7" ]
  dismantle
}

guest() {
  open_disk
  for dir in etc var; do
    flags=rw,nosuid,nodev,relatime
    mode "$dir" bind "$flags" ext4 /dev/nvme0n1 'keeps them' 1
    mode "$dir" overlay "$flags" overlay "composefs-$dir" 'keeps them' 1
    holds "$dir" state is made 0755 -- [ "$(stat -c %a:%u "$state/upper" "$state/work" "$state")" = \
      '755:0
755:0
755:0' ]
    mode "$dir" transient "$flags" overlay "composefs-$dir" 'forgets them' 0
  done
  holds none is assembled -- assemble 'etc.mount = "none"
var.mount = "none"'
  fails 'Read-only file system' touch /run/root/etc/new
  fails 'Read-only file system' touch /run/root/var/new
  holds nothing else is mounted -- [ "$(below /run/root)" = "/run/root ro,relatime overlay composefs:$digest
/run/root/sysroot ro,relatime ext4 /dev/nvme0n1" ]
}
