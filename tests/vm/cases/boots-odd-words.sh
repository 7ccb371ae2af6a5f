# SPDX-License-Identifier: LGPL-2.1-or-later
title='init=, rd.break, root= and systemd.volatile= on the command line'
rows='T44'
cmdline() { echo "rd.break=pre-mount root=/dev/nope systemd.volatile=state init=/bin/busybox composefs=$digest"; }

guest() {
  root_is_composefs
  holds etc is mounted, var is left to systemd -- [ "$(below /sysroot | cut -d ' ' -f 1 | tr '\n' ' ')" = \
    '/sysroot /sysroot/etc /sysroot/sysroot ' ]
  open_disk
  umount -l /sysroot # its state of /etc would be in use
  fails 'REFUSED: probe: the root has no ./no/such.; image' assemble '' init=/no/such
  fails 'REFUSED: probe of ./etc.: not a regular file; image' assemble '' init=/etc
  fails 'REFUSED: .systemd.volatile=sate.: yes, state, overlay or no expected' \
    assemble '' systemd.volatile=sate
  holds volatile=yes mounts no state -- assemble '' systemd.volatile
  holds no state -- [ "$(below /run/root | wc -l)" = 2 ]
  dismantle
}
