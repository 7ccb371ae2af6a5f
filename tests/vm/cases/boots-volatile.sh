# SPDX-License-Identifier: LGPL-2.1-or-later
title='systemd.volatile=overlay with a transient root: nothing is kept, no state on top'
rows='T44 T52'
config='root.transient = true'

cmdline() { echo "composefs=$digest systemd.volatile=overlay"; }

guest() {
  holds no state on top -- [ "$(below /sysroot | cut -d ' ' -f 1 | tr '\n' ' ')" = '/sysroot /sysroot/sysroot ' ]
  holds usr, etc and var are part of it -- touch /sysroot/usr/new /sysroot/etc/new /sysroot/var/new
  open_disk
  holds another one has none of it -- assemble 'root.transient = true' systemd.volatile=overlay
  holds the file is not there -- [ ! -e /run/root/usr/new ]
  holds the others are -- [ -e /run/root/zoo/size-0 ]
  holds nor in the state -- [ -z "$(find /run/disk/state -name new)" ]
  dismantle
}
