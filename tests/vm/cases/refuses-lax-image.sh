# SPDX-License-Identifier: LGPL-2.1-or-later
title='composefs=?HEX on an ext4 without fs-verity: an image with another digest is refused all the same'
rows='T05 T13'
builders=yes
modules='libcrc32c erofs overlay loop'
config='verity.policy = "lax-allowed"'
exits=3 says='REFUSED: digest differs: wanted [0-9a-f]{64}, got [0-9a-f]{64}'

cmdline() { echo "composefs=?$digest"; }
fault() {
  flip "$(image_object)" 5000
  rebuild_without_verity
}
guest() { :; }
