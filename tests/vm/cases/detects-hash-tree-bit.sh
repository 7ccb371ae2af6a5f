# SPDX-License-Identifier: LGPL-2.1-or-later
title='one flipped bit in the hash tree of an object'
rows='T32'
builders=yes
fault() { flip_hash_tree "$(object zoo/size-614400)"; }

guest() {
  fails 'Input/output error' cat "$root/zoo/size-614400"
  others_readable ./zoo/size-614400
}
