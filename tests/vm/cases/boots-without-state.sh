# SPDX-License-Identifier: LGPL-2.1-or-later
title='no state on the disk, which is read-only: /etc and /var are those of the image'
rows='T43'
root_options=ro
fault() { edit "rm /state/deploy/$digest/var" && edit "rmdir /state/deploy/$digest/etc/work" &&
  edit "rmdir /state/deploy/$digest/etc/upper"; }

guest() {
  root_is_composefs
  fails 'Read-only file system' touch /sysroot/etc/new
  fails 'Read-only file system' touch /sysroot/var/new
}
