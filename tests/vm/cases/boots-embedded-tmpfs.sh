# SPDX-License-Identifier: LGPL-2.1-or-later
title='the image is in an initramfs on tmpfs, which cannot back a mount: a loop device does'
rows='T42'
modules='libcrc32c erofs overlay loop'
fault() { remove "$(image_object)"; }
more_files() { embed_image "$1"; }

guest() {
  holds the initramfs is a tmpfs -- grep -q '^rootfs / rootfs .*size=' /proc/mounts
  root_is_composefs
  same_as_source
  holds a loop device -- [ "$(loops)" = "/composefs/$digest.cfs" ]
  umount -l /run/bare /sysroot
  i=0
  while [ -n "$(loops)" ] && [ $((i += 1)) -lt 50 ]; do sleep 0.1; done
  holds it goes with the mount -- [ -z "$(loops)" ]
}
