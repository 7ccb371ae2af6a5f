#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Fills the new directory d with everything that a tar archive can hold.
set -euo pipefail

mkdir -p d/dir/sub d/empty
chmod 1777 d/empty
chmod 4711 d/dir
printf %s hello >d/dir/small
"$(dirname "$0")/../../noise" 100000 >d/dir/sub/large
: >d/none
ln -s ../x d/link
ln -s "$(printf 'y%.0s' {1..300})" d/longlink
ln d/dir/small d/hard
ln d/link d/hardlink
mkfifo d/pipe
setfattr -n user.a=b%c -v $'1=2\n3' d/none
setfattr -n user.z -v 1 d/dir
setfattr -n user.a -v 0x00ff d/dir
touch $'d/\303\251e\314\201\377' "d/$(printf 'n%.0s' {1..255})"
truncate -s 3M d/sparse
printf x | dd of=d/sparse bs=1 seek=1500000 conv=notrunc status=none
touch -d @1.123456789 d/none
touch -d @-1.25 d/pipe
if [[ $(id -u) == 0 ]]; then
  chown -h 70000:3000000 d/link
  mknod d/null c 1 3
  mknod d/whiteout c 0 0
  mknod d/disk b 4095 1048575
  setfattr -n trusted.t -v '' d/none
  setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 d/dir/small
fi
touch -d @-86400 d/dir/small
