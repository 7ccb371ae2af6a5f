# SPDX-License-Identifier: LGPL-2.1-or-later
title='composefs-init: an init that cannot be started is refused while the initramfs is still there'
own_init=yes
exits=3 says='REFUSED: probe of ./sbin/init.: not executable'

cmdline() { echo "composefs=$digest root=/dev/nvme0n1 rw init="; }
fault() {
  cp -a "$fixture/tree" "$work/tree"
  rm "$work/tree/usr/sbin/init" && echo '#!/bin/sh' >"$work/tree/usr/sbin/init"
  digest=$("$bin/cfsroot" disk --type=ext4 "$work/other.img" "$work/tree") && mv "$work/other.img" "$disk"
  rm -r "$work/tree"
}
guest() { :; }
