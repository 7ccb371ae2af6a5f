# SPDX-License-Identifier: LGPL-2.1-or-later
title='another sealed object under the name of an object'
rows='T26'
builders=yes
fault() { replace "$(object zoo/size-4097)" "$(object zoo/size-65536)"; }

guest() {
  fails 'Input/output error' cat "$root/zoo/size-4097"
  others_readable ./zoo/size-4097
}
