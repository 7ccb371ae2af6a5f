# SPDX-License-Identifier: LGPL-2.1-or-later
title='a symlink to the good object in its place'
rows='T27'
builders=yes
fault() { link_instead "$(object zoo/size-4097)"; }

guest() {
  fails 'No such file or directory' cat "$root/zoo/size-4097"
  others_readable ./zoo/size-4097
}
