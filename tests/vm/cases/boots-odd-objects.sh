# SPDX-License-Identifier: LGPL-2.1-or-later
title='what an object looks like does not matter, only its content: mode, owner, xattrs, second name'
rows='T28 T33'
builders=yes
fault() {
  local odd
  odd=$(object zoo/size-4097)
  edit "sif $objects/$odd mode 0100000"
  edit "sif $objects/$odd uid 12345"
  edit "ea_set $objects/$odd trusted.overlay.opaque y"
  edit "ea_set $objects/$odd trusted.overlay.redirect /etc/hostname"
  edit "ln $objects/$odd $objects/second-name"
  edit "sif $objects/$odd links_count 2"
}

guest() {
  holds mode and owner are those of the image -- [ "$(stat -c %a:%u:%h "$root/zoo/size-4097")" = 644:0:1 ]
  same_as_source
}
