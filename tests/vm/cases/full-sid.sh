# SPDX-License-Identifier: LGPL-2.1-or-later
title='Debian 13 with the dracut of unstable'
long=yes
label=full builder=dracut-sid

guest() {
  root_is_composefs
  systemd_is_content
  helper_was_a_unit
}
