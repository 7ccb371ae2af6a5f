# SPDX-License-Identifier: LGPL-2.1-or-later
title='an image in an initramfs on tmpfs, which has the module loop but no device yet: the kernel loads it'
rows='T42'

fault() { remove "$(image_object)"; }
more_files() {
  embed_image "$1"
  mkdir "$1/sbin"
  printf '#!/bin/sh\nexec /bin/insmod /modules/loop.ko\n' >"$1/sbin/modprobe"
  chmod 755 "$1/sbin/modprobe"
}
before() { rm -f /dev/loop-control; }

guest() {
  root_is_composefs
  holds a loop device -- [ "$(loops)" = "/composefs/$digest.cfs" ]
}
