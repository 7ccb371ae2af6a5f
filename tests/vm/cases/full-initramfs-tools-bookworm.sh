# SPDX-License-Identifier: LGPL-2.1-or-later
title='Debian 12 with an initramfs of initramfs-tools'
long=yes
label=full suite=bookworm builder=initramfs-tools journal=yes

guest() {
  root_is_composefs
  systemd_is_content
}
