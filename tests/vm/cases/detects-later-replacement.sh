# SPDX-License-Identifier: LGPL-2.1-or-later
title='objects are replaced while the root is mounted: open files go on, the next to open one does not'
rows='T34'

guest() {
  mkdir /mnt && mount -t ext4 /dev/nvme0n1 /mnt && cd /mnt/composefs/objects || return
  cat /sysroot/zoo/size-524289 >/run/closed
  exec 3</sysroot/zoo/size-614400
  for name in size-524289 size-614400; do
    object=$(fsverity digest --compact "/sysroot/zoo/$name" | sed 's|^..|&/|')
    head -c "${name#size-}" /dev/zero >new && mv new "$object"
  done
  sync
  echo 3 >/proc/sys/vm/drop_caches
  fails 'Input/output error' cat /sysroot/zoo/size-524289
  sed -n 's|^\([0-9a-f]\{64\}\)  ./zoo/size-614400$|\1|p' /expected >/run/wanted
  sha256sum <&3 | cut -c 1-64 >/run/got
  holds who had one open reads the old one -- cmp /run/wanted /run/got
}
