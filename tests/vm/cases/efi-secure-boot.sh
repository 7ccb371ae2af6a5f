# SPDX-License-Identifier: LGPL-2.1-or-later
title='Secure Boot with keys of our own: signed systemd-boot, signed unified kernel image'
firmware=secure-boot

esp() {
  use_systemd_boot
  sign "$esp/EFI/BOOT/BOOTX64.EFI"
  uki "$digest" EFI/Linux/test.efi "${signing[@]}"
}

guest() {
  root_is_composefs
  holds the kernel knows about Secure Boot -- sh -c 'dmesg | grep -q "Secure boot enabled"'
  mount -t securityfs securityfs /sys/kernel/security
  holds the kernel is locked down -- grep -q "\[integrity\]" /sys/kernel/security/lockdown
  same_as_source
}
