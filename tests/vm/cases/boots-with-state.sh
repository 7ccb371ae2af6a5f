# SPDX-License-Identifier: LGPL-2.1-or-later
title='/etc keeps changes over the image, /var is bound; both nosuid,nodev'
guest() {
  holds etc takes changes -- sh -c 'echo other >/sysroot/etc/hostname'
  holds the change is in the state -- cmp /sysroot/etc/hostname \
    "/sysroot/sysroot/state/deploy/$digest/etc/upper/hostname"
  holds var takes changes -- touch /sysroot/var/lib/new
  holds the change is in the state -- [ -e /sysroot/sysroot/state/os/default/var/lib/new ]
  holds both are nosuid,nodev -- [ "$(grep -c ' /sysroot/\(etc\|var\) .*nosuid,nodev' /proc/mounts)" = 2 ]
}
