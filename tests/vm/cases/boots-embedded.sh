# SPDX-License-Identifier: LGPL-2.1-or-later
title='the image is in the initramfs, a ramfs because of root=; the disk has the objects alone'
builders=yes
cmdline() { echo "composefs=$digest root=LABEL=sysroot"; }
fault() { remove "$(image_object)"; }
more_files() { embed_image "$1"; }

guest() {
  root_is_composefs
  same_as_source
  holds the image came with the initramfs -- grep -q '"image": "initramfs"' /run/composefs/booted.json
  holds no loop device -- [ -z "$(loops)" ]
}
