# SPDX-License-Identifier: LGPL-2.1-or-later
title='UEFI, systemd-boot, a boot entry written by cfsroot entry'
firmware=efi

esp() {
  use_systemd_boot
  entry "$digest" --tries 3 --typed
}

guest() {
  root_is_composefs
  holds words come from the entry -- grep -qw "composefs.digest=v1-sha256-12:$digest" /proc/cmdline
  holds a refusal would restart -- grep -qw rd.emergency=reboot /proc/cmdline
}
