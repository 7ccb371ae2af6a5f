# SPDX-License-Identifier: LGPL-2.1-or-later
title='a transient root: writable, as the image in mode and label; /etc and /var on top'
rows='T52'
builders=yes
config='[root]
transient = true
size = "16M"'

guest() {
  line=$(grep " ${root:-/} overlay " /proc/mounts)
  holds root is writable and verified -- sh -c 'echo "$1" | grep -q "rw,.*verity=require"' - "$line"
  holds it has the mode of the image -- [ "$(stat -c %a:%u "$root/.")" = 755:0 ]
  same_as_source
  holds a file can be made -- touch "$root/usr/new"
  holds a file of the image can be changed -- sh -c 'echo changed >>"$1/zoo/size-614400"' - "$root"
  holds its owner can be changed -- chown 5:5 "$root/zoo/size-4096"
  holds its content is still there -- cmp "$root/zoo/size-4096" /run/bare/zoo/size-4096
  holds a file of the image can go -- rm "$root/zoo/size-0"
  fails 'No space left' dd if=/dev/zero of="$root/big" bs=1M count=17
  rm "$root/big"
  holds etc is on top, on the disk -- sh -c 'echo mine >"$1/etc/new" &&
    grep -qx mine "$1/sysroot/state/deploy/$2/etc/upper/new"' - "$root" "$digest"
  holds var is on top, on the disk -- sh -c 'touch "$1/var/new" &&
    [ -e "$1/sysroot/state/os/default/var/new" ]' - "$root"
  holds booted.json says so -- grep -q '"root": "transient"' /run/composefs/booted.json
}
