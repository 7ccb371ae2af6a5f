# SPDX-License-Identifier: LGPL-2.1-or-later
title='the state of /etc was written over another image: kept, with a warning'
rows='T51'
builders=yes
says='WARNING: .state/deploy/[0-9a-f]*/etc. was written over another image \(bbbbbbbbbbbb'
fault() {
  printf '%064d\n' 0 | tr 0 b >"$work/other"
  edit "write $work/other /state/deploy/$digest/etc/image"
}

guest() {
  state=$root/sysroot/state/deploy/$digest/etc
  holds etc takes changes -- sh -c 'echo mine >"$1/etc/hostname"' - "$root"
  holds they are kept -- grep -qx mine "$state/upper/hostname"
  holds the file still says whose it is -- grep -q '^bbbb' "$state/image"
}
