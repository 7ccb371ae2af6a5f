# SPDX-License-Identifier: LGPL-2.1-or-later
title='composefs=?HEX, allowed by the configuration, on an ext4 without fs-verity: image checked, data not'
rows='T05'
builders=yes
modules='libcrc32c erofs overlay loop'
config='verity.policy = "lax-allowed"'
says='composefs: WARNING: contents of files are NOT VERIFIED'

cmdline() { echo "composefs=?$digest"; }
fault() { rebuild_without_verity; }

guest() {
  same_as_source
  line=$(grep " ${root:-/} overlay " /proc/mounts)
  holds root is an overlay from "$digest" -- [ "${line%% *}" = "composefs:$digest" ]
  holds booted.json says so -- grep -q '"verity": "off"' /run/composefs/booted.json
  holds the image is in memory -- grep -q 'memfd:composefs' /sys/block/loop0/loop/backing_file
  fails 'Read-only file system' touch "$root/new"
}
