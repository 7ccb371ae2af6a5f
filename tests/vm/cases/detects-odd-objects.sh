# SPDX-License-Identifier: LGPL-2.1-or-later
title='in place of objects: other kinds of files, another hash, a linked folder'
rows='T29 T31'
config='etc.mount = "none"
var.mount = "none"'

object_of() { fsverity digest --compact "/sysroot/zoo/$1" | sed 's|^..|&/|'; }
refused() { fails 'Input/output error\|No such file\|Too many levels' cat "/run/root/zoo/$1"; }

# alone FILE...: the first whose object has its folder to itself.
alone() {
  for name; do
    at=$(object_of "$name")
    [ "$(find "${at%/*}" -type f | wc -l)" = 1 ] && echo "$name" && return
  done
}

guest() {
  mkdir /mnt /run/root && mount -t ext4 /dev/nvme0n1 /mnt && cd /mnt/composefs/objects || return
  at=$(object_of size-65) && rm "$at" && mkfifo "$at"
  at=$(object_of size-4095) && rm "$at" && mknod "$at" c 1 5
  at=$(object_of size-4096) && rm "$at" && mkdir "$at"
  at=$(object_of size-4097) && mv "$at" ../copy && cp ../copy "$at"
  fsverity enable --hash-alg=sha512 "$at" || report FAILED seal
  linked=$(alone size-65536 size-524288 size-524289 size-614400)
  at=$(object_of "$linked") && mv "${at%/*}" ../moved && ln -s ../moved "${at%/*}"

  holds the root is assembled -- composefs-setup-root --sysroot /mnt --target /run/root \
    --cmdline "composefs=$digest"
  holds other files are readable -- cmp /run/root/zoo/same-a /sysroot/zoo/same-b
  for name in size-65 size-4095 size-4096 size-4097 "$linked"; do refused "$name"; done
}
