# SPDX-License-Identifier: LGPL-2.1-or-later
title='a disk with SHA-512: the kernel measures every sealed file as its name says'

fault() {
  digest=$("$bin/cfsroot" disk --type=ext4 --algorithm=sha512 "$disk" "$fixture/tree")
}

guest() {
  root_is_composefs
  cd /sysroot/sysroot/composefs/objects || return
  find . -type f | sed 's|^\./||' >/run/objects
  holds there are objects -- [ "$(wc -l </run/objects)" -gt 10 ]
  xargs fsverity measure </run/objects | sed 's/^sha512:\(..\)\([0-9a-f]*\) \(.*\)/\1\/\2 \3/' >/run/measured
  holds all objects are measured -- [ "$(wc -l </run/measured)" = "$(wc -l </run/objects)" ]
  holds every digest is the name -- awk '$1 != $2 { bad = 1 } END { exit bad }' /run/measured
  holds meta.json says so -- fsverity measure ../meta.json
  same_as_source
}
