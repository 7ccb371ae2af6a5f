# SPDX-License-Identifier: LGPL-2.1-or-later
title='soft reboot of the running image: /etc is shared, again and again; the running root wants --target'
rows='T49 T57'

# The new root runs, as after the switch.
guest() {
  mkdir -p /run/nextroot && cp /bin/composefs-setup-root /run/helper
  for dir in proc dev run; do mount --rbind /$dir /sysroot/$dir; done
  echo mine >/sysroot/etc/new
  fails 'REFUSED: this is a running system' chroot /sysroot /run/helper --cmdline "composefs=$digest"
  for round in 1 2; do
    holds assembled, round $round -- chroot /sysroot /run/helper --target /run/nextroot \
      --cmdline "composefs=$digest"
    next=/sysroot/run/nextroot
    holds it has the changes -- grep -qx mine $next/etc/new
    holds changes go both ways -- sh -c "echo $round >$next/etc/round && grep -qx $round /sysroot/etc/round"
    holds etc is the same mount -- [ "$(stat -c %d /sysroot/etc)" = "$(stat -c %d $next/etc)" ]
    holds the flags stay -- sh -c 'grep " $1/etc " /proc/mounts | grep -q nosuid,nodev' - $next
    holds var takes changes -- touch $next/var/new
    fails 'Read-only file system' touch $next/sysroot/new
    fails 'Read-only file system' touch /sysroot/sysroot/new
    umount -l $next
  done
}
