# SPDX-License-Identifier: LGPL-2.1-or-later
title='a transient root: writable, forgets, as the image in mode and label; /etc and /var on top'
rows='T52'
config='[root]
transient = true
size = "16M"'

guest() {
  line=$(grep ' /sysroot overlay ' /proc/mounts)
  holds root is writable and verified -- sh -c 'echo "$1" | grep -q "rw,.*verity=require"' - "$line"
  same_as_source
  holds a file can be made -- touch /sysroot/usr/new
  holds a file of the image can be changed -- sh -c 'echo changed >>/sysroot/zoo/size-614400'
  holds its owner can be changed -- chown 5:5 /sysroot/zoo/size-4096
  holds its content is still there -- cmp /sysroot/zoo/size-4096 /run/bare/zoo/size-4096
  holds a file of the image can go -- rm /sysroot/zoo/size-0
  fails 'No space left' dd if=/dev/zero of=/sysroot/big bs=1M count=17
  rm /sysroot/big
  holds etc is on top, on the disk -- sh -c 'echo mine >/sysroot/etc/new &&
    grep -qx mine "/sysroot/sysroot/state/deploy/$1/etc/upper/new"' - "$digest"
  holds var is on top, on the disk -- sh -c 'touch /sysroot/var/new &&
    [ -e /sysroot/sysroot/state/os/default/var/new ]'
  holds booted.json says so -- grep -q '"root": "transient"' /run/composefs/booted.json

  open_disk
  holds another one has none of it -- assemble 'root.transient = true' systemd.volatile=overlay
  holds the image is whole again -- [ ! -e /run/root/usr/new ] && [ -e /run/root/zoo/size-0 ]
  holds volatile: no state on top -- [ "$(below /run/root | wc -l)" = 2 ]
  holds volatile: etc is part of it -- sh -c 'echo x >/run/root/etc/hostname && echo x >/run/root/var/x'
  dismantle
}
