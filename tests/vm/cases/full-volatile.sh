# SPDX-License-Identifier: LGPL-2.1-or-later
title='Debian 13 with systemd.volatile=overlay: a writable root that forgets, one overlay and no state'
rows='T44 T52'
label=full suite=trixie
long=yes

# Without the state of /etc there is no unit of ours in the system: systemd runs the script from the disk.
cmdline() {
  printf '%s' "composefs=$digest systemd.volatile=overlay systemd.run_success_action=poweroff "
  printf '%s' "\"systemd.run=/bin/sh -c 'cp -r /sysroot/state/deploy/$digest/etc/upper/case /etc/ && "
  printf '%s' "sh /etc/case/start'\""
}

guest() {
  holds the root is the image -- [ "$(findmnt -no SOURCE,FSTYPE /)" = "composefs:$digest overlay" ]
  holds it takes changes -- touch /usr/new /etc/new /var/new
  holds it is the only overlay -- [ "$(findmnt -rno TARGET -t overlay)" = / ]
  holds the old root is there, read-only -- [ "$(findmnt -rno VFS-OPTIONS /sysroot)" = ro,relatime ]
  holds none of it is on the disk -- [ -z "$(find /sysroot/state -name new)" ]
  failed=$(systemctl list-units --failed --plain --no-legend)
  holds no failed unit "$failed" -- [ -z "$failed" ]
}
