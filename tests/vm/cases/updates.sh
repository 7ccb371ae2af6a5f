# SPDX-License-Identifier: LGPL-2.1-or-later
title='a running system takes in its next image, as docs/update.md says, and a soft reboot would start it'

more_files() { add_programs "$1" "$bin/cfsroot"; }

guest() {
  mkdir -p /run/nextroot /run/tree/etc /run/tree/var /run/tree/sysroot /run/tree/usr/lib /run/tree/sbin
  cp /bin/composefs-setup-root /run/helper
  cp /bin/list /run/tree/sbin/init && echo next >/run/tree/usr/lib/os-release
  for dir in proc dev run; do mount --rbind /$dir /sysroot/$dir; done
  store=/sysroot/sysroot/composefs

  fails 'Read-only file system' cfsroot import --repo $store /run/tree
  holds the store is opened -- mount -o remount,bind,rw /sysroot/sysroot
  holds the image is imported -- sh -c "cfsroot import --repo $store --name next --state default /run/tree >/run/digest"
  holds the store is closed -- mount -o remount,bind,ro /sysroot/sysroot
  next=$(cat /run/digest)
  holds it is whole -- cfsroot verify $store "$next"
  holds the next root is assembled -- chroot /sysroot /run/helper --target /run/nextroot \
    --cmdline "composefs=$next"
  holds it is the next one -- grep -qx next /sysroot/run/nextroot/usr/lib/os-release
  fails 'Read-only file system' touch /sysroot/run/nextroot/new /sysroot/sysroot/new
  echo kept >/sysroot/var/kept && echo own >/sysroot/etc/own
  holds it has the same /var -- grep -qx kept /sysroot/run/nextroot/var/kept
  holds its /etc is another -- [ ! -e /sysroot/run/nextroot/etc/own ]
  holds its /etc can be written -- touch /sysroot/run/nextroot/etc/new
  holds with changes of its own -- [ ! -e /sysroot/etc/new ]
  root_is_composefs
}
