# SPDX-License-Identifier: LGPL-2.1-or-later
title='an object is missing: ENOENT on that file, its metadata is still there'
rows='T24'
builders=yes
fault() { remove "$(object zoo/size-4097)"; }

guest() {
  fails 'No such file or directory' cat "$root/zoo/size-4097"
  holds the file can be looked at -- [ "$(stat -c %s "$root/zoo/size-4097")" = 4097 ]
  others_readable ./zoo/size-4097
}
