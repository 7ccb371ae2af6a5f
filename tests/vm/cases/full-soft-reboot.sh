# SPDX-License-Identifier: LGPL-2.1-or-later
title='Debian 13: systemctl soft-reboot into the running image, which shares /etc'
rows='T49'
label=full suite=trixie
long=yes

guest() {
  if [ ! -e /run/first ]; then
    systemctl show -p SoftRebootsCount --value >/run/first
    echo kept >/etc/kept
    mkdir -p /run/nextroot
    holds the next root is assembled -- /usr/lib/composefs/composefs-setup-root --target /run/nextroot \
      --cmdline "composefs=$digest"
    systemctl soft-reboot
    sleep 600
  fi
  holds the system went down softly -- [ "$(systemctl show -p SoftRebootsCount --value)" = 1 ]
  root_is_composefs
  systemd_is_content
  holds the changes of before are there -- grep -qx kept /etc/kept
  holds etc takes changes -- touch /etc/new
}
