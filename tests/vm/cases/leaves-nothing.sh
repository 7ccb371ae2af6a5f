# SPDX-License-Identifier: LGPL-2.1-or-later
title='after the hand-over: golden mounts, nothing left behind, nothing seen elsewhere; a second run is refused'
rows='T54 T55 T56 T57'

golden="/sysroot ro,relatime overlay composefs:DIGEST
/sysroot/etc rw,nosuid,nodev,relatime overlay composefs-etc
/sysroot/var rw,nosuid,nodev,relatime ext4 /dev/nvme0n1
/sysroot/sysroot ro,relatime ext4 /dev/nvme0n1"

guest() {
  holds T55: the mounts are the golden ones -- [ "$(below /sysroot | sed "s/$digest/DIGEST/")" = "$golden" ]
  holds T54: PID 1 has no descriptor of ours -- sh -c '! ls -l /proc/1/fd | grep -q "sysroot\|anon\|deleted"'
  holds T56: no loop device -- [ -z "$(loops)" ]
  holds T56: nothing of ours in run and tmp -- [ "$(cd / && find run tmp | sort | tr '\n' ' ')" = \
    'run run/composefs run/composefs/booted.json run/mount run/mount/utab run/mounts.before run/systemd run/systemd/volatile-root tmp ' ]
  below / >/run/before
  fails 'REFUSED: /sysroot is already assembled from composefs:' composefs-setup-root
  below / >/run/after
  holds T57: a second run changes nothing -- cmp /run/before /run/after
  umount -l /sysroot
  holds T55: no old root is stacked below -- [ -z "$(below /sysroot)" ]

  open_disk
  mount --make-rshared /
  unshare -m --propagation slave sh -c 'touch /run/peer; exec sleep 1000' &
  until [ -e /run/peer ]; do sleep 0.1; done
  holds assembled under a shared root -- assemble ''
  holds T55: the new root is shared -- sh -c 'grep " /run/root " /proc/self/mountinfo | grep -q shared:'
  peer=$(grep -c ' /run/root' "/proc/$!/mountinfo")
  holds T55: a peer sees the result and nothing else -- [ "$peer" = 4 ]
  holds T55: no erofs anywhere -- sh -c '! grep -q " erofs " /proc/[0-9]*/mountinfo'
  kill $!
}
