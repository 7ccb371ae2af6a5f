# SPDX-License-Identifier: LGPL-2.1-or-later
title='Debian 13 with an initramfs of initramfs-tools'
label=full builder=initramfs-tools journal=yes

guest() {
  root_is_composefs
  systemd_is_content
}
