# SPDX-License-Identifier: LGPL-2.1-or-later
title='one flipped bit in the data of an object: EIO on that file, the rest works'
rows='T32'
builders=yes
fault() { flip "$(object zoo/size-614400)" 300000; }

guest() {
  fails 'Input/output error' cat "$root/zoo/size-614400"
  others_readable ./zoo/size-614400
}
