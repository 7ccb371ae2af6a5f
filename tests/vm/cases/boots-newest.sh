# SPDX-License-Identifier: LGPL-2.1-or-later
title='the newest kernel: the plan of Linux 6.15, the same root, and an unsealed object is still refused'
kernel=newest modules='erofs overlay'
fault() { unseal "$(object zoo/size-4097)"; }
plan=linux-6.15

guest() {
  plan_is_golden
  root_is_composefs
  fails 'Input/output error' cat /sysroot/zoo/size-4097
  others_readable ./zoo/size-4097
  holds etc takes changes -- sh -c 'echo other >/sysroot/etc/hostname'
  holds the image is mounted nowhere else -- sh -c "! grep -q \" erofs \" /proc/mounts"
}
