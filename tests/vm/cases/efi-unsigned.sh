# SPDX-License-Identifier: LGPL-2.1-or-later
title='Secure Boot: an unsigned unified kernel image does not start'
firmware=secure-boot firmware_says='Access denied'

esp() {
  use_systemd_boot
  sign "$esp/EFI/BOOT/BOOTX64.EFI"
  uki "$digest" EFI/Linux/test.efi
}

guest() { :; }
