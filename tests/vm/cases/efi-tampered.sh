# SPDX-License-Identifier: LGPL-2.1-or-later
title='Secure Boot: a signed unified kernel image with another digest in it does not start'
firmware=secure-boot firmware_says='Access denied'

esp() {
  local image=$esp/EFI/Linux/test.efi
  use_systemd_boot
  sign "$esp/EFI/BOOT/BOOTX64.EFI"
  uki "$digest" EFI/Linux/test.efi "${signing[@]}"
  sed -i "s/composefs=$digest/composefs=$(printf %064d 1)/" "$image"
  grep -aq "composefs=$(printf %064d 1)" "$image"
}

guest() { :; }
