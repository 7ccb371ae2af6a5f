# SPDX-License-Identifier: LGPL-2.1-or-later
title='Debian 13: dracut 106, systemd 257, to multi-user and down again'
rows='T54 T55 T56'
label=full suite=trixie
says='systemd-shutdown.*: All filesystems, .* detached'

guest() {
  root_is_composefs
  systemd_is_content
  helper_was_a_unit
  hand_over_is_clean
  holds every file can be read -- sh -c 'find / -xdev -type f -exec cat {} + >/dev/null'
}
