# SPDX-License-Identifier: LGPL-2.1-or-later
title='the image in the initramfs is damaged: hashed and refused, although the disk has a good one'
builders=yes
exits=3 says='REFUSED: digest differs: wanted [0-9a-f]{64}, got [0-9a-f]{64}; image'

more_files() {
  embed_image "$1"
  "$here/../flip" "$1/composefs/$digest.cfs" 5000
}
guest() { :; }
