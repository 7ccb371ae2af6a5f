# SPDX-License-Identifier: LGPL-2.1-or-later
title='UEFI, systemd-boot, a unified kernel image made by cfsroot uki'
firmware=efi

esp() {
  use_systemd_boot
  uki "$digest" EFI/Linux/test.efi
}

guest() {
  root_is_composefs
  holds words come from the image -- grep -qw "composefs=$digest" /proc/cmdline
  holds more words come from outside -- grep -qw turn=1 /proc/cmdline
}
