# SPDX-License-Identifier: LGPL-2.1-or-later
title='the state of /etc was written over another image: kept, with a warning'
rows='T51'
says='WARNING: .state/deploy/[0-9a-f]*/etc. was written over another image \(bbbbbbbbbbbb'
fault() {
  printf '%064d\n' 0 | tr 0 b >"$work/other"
  edit "write $work/other /state/deploy/$digest/etc/image"
}

guest() {
  state=/sysroot/sysroot/state/deploy/$digest/etc
  holds etc takes changes -- sh -c 'echo mine >/sysroot/etc/hostname'
  holds they are kept -- grep -qx mine "$state/upper/hostname"
  holds the file still says whose it is -- grep -q '^bbbb' "$state/image"
  holds state of this image is remembered -- sh -c '
    umount -l /sysroot && mount /dev/nvme0n1 /sysroot && rm "$1" && composefs-setup-root &&
    grep -qx "$2" "/sysroot$1"' - "/sysroot/state/deploy/$digest/etc/image" "$digest"
}
