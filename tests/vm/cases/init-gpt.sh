# SPDX-License-Identifier: LGPL-2.1-or-later
title='a disk with partitions as cfsroot disk makes it, its root found by PARTUUID'
own_init=-z

cmdline() {
  echo "composefs=$digest root=PARTUUID=$(sfdisk --part-uuid "$disk" 2) rootfstype=ext4 rw" \
    "rootwait init=/var/case/pid1"
}

# The same tree; the state has what the case wants to run.
fault() {
  debugfs -R "rdump /state/os/default/var $work" "$disk" >>"$work/debugfs.log" 2>&1
  echo 'title none' >"$work/entry.conf"
  "$bin/cfsroot" disk --var="$work/var" --esp="$work/entry.conf" --esp-size=40M "$disk" \
    "$fixture/tree" >"$work/digest"
  cmp "$work/digest" "$fixture/digest"
}

guest() {
  root_is_composefs
  holds the device is a partition -- grep -q '^/dev/nvme0n1p2 /sysroot ' /proc/mounts
  holds state can be written -- touch /var/case/written
}
