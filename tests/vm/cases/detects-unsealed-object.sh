# SPDX-License-Identifier: LGPL-2.1-or-later
title='an object with the right bytes but without fs-verity'
rows='T25'
builders=yes
fault() { unseal "$(object zoo/size-4097)"; }

guest() {
  fails 'Input/output error' cat "$root/zoo/size-4097"
  others_readable ./zoo/size-4097
}
