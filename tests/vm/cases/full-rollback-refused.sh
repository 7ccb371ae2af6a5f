# SPDX-License-Identifier: LGPL-2.1-or-later
title='Debian 13: newer images are refused or their systemd does not start; the older one boots by itself'
label=full
long=yes
images='missing 3
another 1
bit 1
init-missing 1
init-exits 1
library 1'
turns=9
turn_says='REFUSED: image [0-9a-f]{64} not in the store
REFUSED: image [0-9a-f]{64} not in the store
REFUSED: image [0-9a-f]{64} not in the store
REFUSED: digest differs
REFUSED: image unreadable at byte [1-9]
REFUSED: probe of .*: No such file or directory from its object
Attempted to kill init! exitcode=0x00000700
Attempted to kill init! exitcode=0x00007f00'
entries='another+0-1.conf bit+0-1.conf init-exits+0-1.conf init-missing+0-1.conf library+0-1.conf missing+0-3.conf old.conf'

change() {
  echo "$1" >usr/lib/image-name
  case $1 in
    init-missing) own usr/lib/systemd/systemd ;;
    init-exits) printf '#!/bin/sh\nexit 7\n' >usr/lib/systemd/systemd ;;
    library) own "$(echo usr/lib/*/systemd/libsystemd-core-*.so)" ;;
  esac
}

fault() {
  remove "$(image_of missing)"
  replace "$(image_of another)" "$(image_of old)"
  edit "sif $objects/$(image_of old) links_count 2"
  flip "$(image_of bit)" $(($(size_of "$(image_of bit)") / 2))
  remove "$(object_of init-missing usr/lib/systemd/systemd)"
  remove "$(object_of library "$(cd "$work/roots/library" && echo usr/lib/*/systemd/libsystemd-core-*.so)")"
}

guest() {
  root_is_composefs
  systemd_is_content
}
