# SPDX-License-Identifier: LGPL-2.1-or-later
title='/etc keeps changes over the image, /var is bound; both nosuid,nodev'
rows='T46'
builders=yes

# A former system's device.
fault() {
  printf 'cd /state/deploy/%s/etc/upper\nmknod null c 1 3\n' "$digest" >"$work/commands"
  debugfs -w -f "$work/commands" "$disk" >>"$work/debugfs.log" 2>&1
}

guest() {
  holds it is there -- [ -c "$root/etc/null" ]
  fails 'Permission denied' sh -c 'echo x >"$1/etc/null"' - "$root"
  holds etc takes changes -- sh -c 'echo other >"$1/etc/hostname"' - "$root"
  holds the change is in the state -- cmp "$root/etc/hostname" \
    "$root/sysroot/state/deploy/$digest/etc/upper/hostname"
  holds var takes changes -- touch "$root/var/lib/new"
  holds the change is in the state -- [ -e "$root/sysroot/state/os/default/var/lib/new" ]
  holds both are nosuid,nodev -- [ "$(grep -c " $root/\(etc\|var\) .*nosuid,nodev" /proc/mounts)" = 2 ]
}
