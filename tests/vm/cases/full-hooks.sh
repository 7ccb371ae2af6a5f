# SPDX-License-Identifier: LGPL-2.1-or-later
title='Debian 13 with a dracut initramfs without systemd'
long=yes
label=full builder=dracut-hooks journal=yes

guest() {
  root_is_composefs
  systemd_is_content
}
