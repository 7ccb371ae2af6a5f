# SPDX-License-Identifier: LGPL-2.1-or-later
title='systemd.volatile=overlay with a transient root: nothing is kept, no state on top'
rows='T44 T52'
config='root.transient = true'

cmdline() { echo "composefs=$digest systemd.volatile=overlay"; }

guest() {
  touch /sysroot/usr/new
  open_disk
  holds another one has none of it -- assemble 'root.transient = true' systemd.volatile=overlay
  holds the image is whole again -- [ ! -e /run/root/usr/new ] && [ -e /run/root/zoo/size-0 ]
  holds volatile: no state on top -- [ "$(below /run/root | wc -l)" = 2 ]
  holds volatile: etc is part of it -- sh -c 'echo x >/run/root/etc/hostname && echo x >/run/root/var/x'
  dismantle
}
