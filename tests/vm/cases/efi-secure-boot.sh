# SPDX-License-Identifier: LGPL-2.1-or-later
title='Secure Boot with keys of our own: signed systemd-boot, unified kernel image, add-on'
firmware=secure-boot

addon() {
  "$efi/bin/ukify" build --cmdline="$1=1" "${@:2}" --output="$esp/loader/addons/$1.addon.efi" \
    >>"$work/addons.log" 2>&1
}

esp() {
  use_systemd_boot
  sign "$esp/EFI/BOOT/BOOTX64.EFI"
  uki "$digest" EFI/Linux/test.efi "${signing[@]}"
  mkdir "$esp/loader/addons"
  addon signed "${signing[@]}"
  addon unsigned
}

guest() {
  root_is_composefs
  holds a signed add-on adds words -- grep -qw signed=1 /proc/cmdline
  holds an unsigned one adds none -- sh -c '! grep -qw unsigned=1 /proc/cmdline'
  holds who runs the machine adds words, too -- grep -qw turn=1 /proc/cmdline
  holds the kernel knows about Secure Boot -- sh -c 'dmesg | grep -q "Secure boot enabled"'
  mount -t securityfs securityfs /sys/kernel/security
  holds the kernel is locked down -- grep -q "\[integrity\]" /sys/kernel/security/lockdown
  same_as_source
}
