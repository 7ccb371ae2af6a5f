# SPDX-License-Identifier: LGPL-2.1-or-later
title='Debian 13 with an initramfs for this machine only, which leaves out what is not in use'
long=yes
label=full builder=dracut-hostonly

guest() {
  root_is_composefs
  systemd_is_content
  helper_was_a_unit
}
