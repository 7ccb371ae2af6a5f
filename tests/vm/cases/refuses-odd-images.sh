# SPDX-License-Identifier: LGPL-2.1-or-later
title='in place of the image: other kinds of files, the same bytes sealed in another way'
rows='T14 T18'
config='etc.mount = "none"
var.mount = "none"'

tries() {
  composefs-setup-root --sysroot /mnt --target /run/root --cmdline "composefs=$digest"
}
# sealed MESSAGE OPTION...: a copy that fsverity(1) seals so is refused.
sealed() {
  message=$1
  shift
  rm "$image" && cp /run/image "$image"
  holds it can be sealed "$*" -- fsverity enable "$image" "$@"
  fails "$message" tries
}

guest() {
  mkdir /mnt /run/root && mount -t ext4 /dev/nvme0n1 /mnt || return
  image=/mnt/composefs/objects/$(readlink "/mnt/composefs/images/$digest" | cut -d / -f 3,4)
  cp "$image" /run/image && rm "$image" && mounts >/run/mounts.before
  mkfifo "$image" && fails 'is not a regular file' tries
  rm "$image" && mknod "$image" c 1 5 && fails 'is not a regular file' tries
  rm "$image" && mkdir "$image" && fails 'is not a regular file' tries
  rmdir "$image" && ln -s /run/image "$image" && fails 'is not a regular file' tries
  sealed 'algorithm differs: wanted sha256, got sha512' --hash-alg=sha512
  sealed 'digest differs: wanted' --block-size=1024
  sealed 'digest differs: wanted' --salt=00
  mounts >/run/mounts.after
  holds no mount left behind -- cmp /run/mounts.before /run/mounts.after
  rm "$image" && cp /run/image "$image" && fsverity enable "$image"
  holds the good one is accepted -- tries
}
