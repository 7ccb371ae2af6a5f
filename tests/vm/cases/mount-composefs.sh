# SPDX-License-Identifier: LGPL-2.1-or-later
title='mount.composefs on a store with fs-verity: contents are checked unless told otherwise'
fault() { unseal "$(object zoo/size-4097)"; }
more_files() { add_programs "$1" "$bin/mount.composefs"; }

# shellcheck disable=SC2317 # holds and fails call them
guest() {
  store=/sysroot/sysroot/composefs
  image=$store/images/$digest
  mkdir /run/mnt
  try() { umount /run/mnt 2>/dev/null; mount.composefs -o "basedir=$store/objects$1" "$image" /run/mnt; }
  enforces() { grep -q " /run/mnt overlay .*$1" /proc/mounts; }

  holds it mounts -- try ''
  holds digests are enforced -- enforces verity=on
  holds contents are there -- cmp /run/mnt/zoo/size-65536 /sysroot/zoo/size-65536
  fails 'Input/output error' cat /run/mnt/zoo/size-4097
  holds it mounts with the digest -- try ",digest=$digest"
  holds digests are required -- enforces verity=require
  fails 'Input/output error' cat /run/mnt/zoo/size-4097
  holds it mounts without checks -- try ,noverity
  holds digests are not looked at -- sh -c '! grep -q " /run/mnt overlay .*verity" /proc/mounts'
  holds the unsealed object can be read -- sh -c 'cat /run/mnt/zoo/size-4097 >/dev/null'
  umount /run/mnt
  other=$(echo "$digest" | tr 0123456789abcdef 123456789abcdef0)
  fails 'Image has wrong fs-verity' try ",digest=$other"
  cp "$image" /run/image
  image=/run/image
  fails 'Image has no fs-verity' try ",digest=$digest"
  holds nothing is left -- sh -c '! grep -q /run/mnt /proc/mounts && [ -z "$(ls -d /tmp/.composefs.*)" ]'
}
