# SPDX-License-Identifier: LGPL-2.1-or-later
title='state of /etc remembers which image it was written over'
rows='T51'

guest() {
  image=/sysroot/sysroot/state/deploy/$digest/etc/image
  holds the first boot wrote it -- grep -qx "$digest" "$image"
  holds it is written again -- sh -c '
    umount -l /sysroot && mount /dev/nvme0n1 /sysroot && rm "$1" && composefs-setup-root &&
    grep -qx "$2" "/sysroot$1"' - "/sysroot/state/deploy/$digest/etc/image" "$digest"
}
