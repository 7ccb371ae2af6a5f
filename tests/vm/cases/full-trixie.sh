# SPDX-License-Identifier: LGPL-2.1-or-later
title='Debian 13: dracut 106, systemd 257, to multi-user and down again'
rows='T54 T55 T56'
label=full suite=trixie
says='systemd-shutdown.*: All filesystems, .* detached'

fault() { put "$bin/mount.composefs" mount.composefs; }

# mount(8) looks for its helpers in /sbin alone, which is read-only.
mounts_by_unit() {
  cp -a /usr/sbin /run/sbin
  install -m 755 /etc/mount.composefs /run/sbin/
  mount --bind /run/sbin /usr/sbin
  cat >/run/systemd/system/run-inner.mount <<END
[Mount]
What=/sysroot/composefs/images/$digest
Where=/run/inner
Type=composefs
Options=basedir=/sysroot/composefs/objects,digest=$digest,tryverity,nodev,x-mine
END
  systemctl daemon-reload
  holds a mount unit starts -- systemctl start run-inner.mount
  holds findmnt shows it -- [ "$(findmnt -no SOURCE,FSTYPE,VFS-OPTIONS /run/inner | tr -s ' ')" = \
    'composefs overlay rw,nodev,relatime' ]
  # digest= goes before tryverity.
  holds it requires digests -- grep -q ' /run/inner overlay .*verity=require' /proc/mounts
  holds its files are there -- cmp /run/inner/usr/lib/systemd/systemd /usr/lib/systemd/systemd
  holds mount remembers x-mine -- grep -q 'TARGET=/run/inner .*x-mine' /run/mount/utab
  holds it is not seen, the source is another -- sh -c '! findmnt -mno OPTIONS /run/inner | grep x-mine'
  holds it stops -- systemctl stop run-inner.mount
  holds nothing is left of it -- sh -c '! grep -q /run/inner /proc/mounts'
  umount /usr/sbin
}

guest() {
  root_is_composefs
  systemd_is_content
  helper_was_a_unit
  hand_over_is_clean
  mounts_by_unit
  holds every file can be read -- sh -c 'find / -xdev -type f -exec cat {} + >/dev/null'
}
