# SPDX-License-Identifier: LGPL-2.1-or-later
title='composefs-init: root=PARTUUID=, modules as the distribution compresses them, rootflags'
own_init=-z

cmdline() {
  echo "composefs=$digest root=PARTUUID=0A0B0C0D-1111-2222-3333-444455556666 rootfstype=ext3,ext4" \
    "rootflags=nodelalloc rw rootwait init=/var/case/pid1"
}

# The same file system in a partition.
fault() {
  truncate -s "$(($(stat -c %s "$disk") + (2 << 20)))" "$work/whole.img"
  printf 'label: gpt\nstart=2048, size=%d, uuid=0a0b0c0d-1111-2222-3333-444455556666\n' \
    $(($(stat -c %s "$disk") / 512)) | sfdisk -q "$work/whole.img"
  dd if="$disk" of="$work/whole.img" bs=1M seek=1 conv=notrunc,sparse status=none
  mv "$work/whole.img" "$disk"
}

guest() {
  root_is_composefs
  holds modules are loaded -- grep -q '^erofs ' /proc/modules
  holds rootflags count -- grep -q ' /sysroot ext4 .*nodelalloc' /proc/mounts
  holds the device is a partition -- grep -q '^/dev/nvme0n1p1 /sysroot ' /proc/mounts
}
