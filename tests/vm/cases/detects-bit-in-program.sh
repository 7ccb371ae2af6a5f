# SPDX-License-Identifier: LGPL-2.1-or-later
title='one flipped bit in a program: SIGBUS where it is mapped, the log names the file'
rows='T32'
cmdline() { echo "composefs=$digest init=/zoo/setuid"; }

# At its first instruction.
fault() {
  local program=$fixture/tree/usr/bin/busybox entry text
  entry=$(readelf -h "$program" | sed -n 's/.*Entry point address: *//p')
  text=$(readelf -WS "$program" | sed -n 's/.* \.text *PROGBITS *\([0-9a-f]*\) \([0-9a-f]*\) .*/0x\2 - 0x\1/p')
  flip "$(object usr/bin/busybox)" $((entry + text))
}

guest() {
  inode=$(stat -c %i "/sysroot/sysroot/composefs/objects/$(fsverity digest --compact /bin/busybox |
    sed 's|^..|&/|')")
  /sysroot/usr/bin/busybox true
  holds it dies of SIGBUS -- [ $? = 135 ]
  fails 'Input/output error' cat /sysroot/usr/bin/busybox
  holds the log names the inode -- sh -c \
    'dmesg | grep -q "fs-verity (nvme0n1, inode $1): FILE CORRUPTED"' - "$inode"
  others_readable ./usr/bin/busybox
}
