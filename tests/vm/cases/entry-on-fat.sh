# SPDX-License-Identifier: LGPL-2.1-or-later
title='cfsroot entry on a FAT file system: written, replaced, refused for want of space'
modules='libcrc32c erofs overlay loop fat vfat nls_cp437 nls_ascii'

more_files() {
  add_modules "$1" fat vfat nls_cp437 nls_ascii
  truncate -s 4M "$1/fat.img"
  mkfs.vfat -F 12 "$1/fat.img" >"$work/mkfs.log"
  add_programs "$1" "$bin/cfsroot" /sbin/fsck.fat
}

new() { cfsroot entry --digest "$digest" --kernel "$1" --initrd /checks --name a "$2" /fat >/run/out 2>&1; }

guest() {
  dd if=/dev/urandom of=/run/one bs=1M count=1
  dd if=/dev/urandom of=/run/two bs=1M count=1
  dd if=/dev/urandom of=/run/big bs=1M count=4
  mkdir /fat
  mount -t vfat -o loop,iocharset=ascii /fat.img /fat
  holds an entry is written -- new /run/one --typed
  kernel=$(sed -n 's/^linux //p' /fat/loader/entries/a.conf)
  holds its kernel is whole -- cmp /run/one "/fat$kernel"
  holds it is replaced -- new /run/two --tries=2
  holds by one with tries -- [ -e /fat/loader/entries/a+2.conf ]
  holds the old one is gone -- [ ! -e /fat/loader/entries/a.conf ]
  holds and so is its kernel -- [ ! -e "/fat$kernel" ]
  find /fat -type f | sort >/run/before
  new /run/big --typed
  holds a big one is refused -- grep -q "KiB are needed" /run/out
  find /fat -type f | sort >/run/after
  holds nothing was left of it -- cmp /run/before /run/after
  umount /fat
  holds fsck.fat is content -- fsck.fat -n /fat.img
  holds three files are there -- [ "$(wc -l </run/after)" = 3 ]
}
