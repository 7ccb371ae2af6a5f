# SPDX-License-Identifier: LGPL-2.1-or-later
# The initramfs gets our parts when the package is installed, and loses them when it is removed.
packages=(linux-image-cloud-amd64 initramfs-tools zstd)

guest() {
  local kernel initrd words="composefs=$digest"
  kernel=$(basename /boot/vmlinuz-*)
  initrd=/boot/initrd.img-${kernel#vmlinuz-}
  quietly run-parts --arg="${kernel#vmlinuz-}" --arg="/boot/$kernel" /etc/kernel/postinst.d # as when it is installed
  quietly dpkg -i cfsroot_*.deb
  ! cfsroot check-initramfs --cmdline "$words" "$initrd" >/tmp/said 2>&1 || fail "enough without our parts"
  quietly dpkg -i cfsroot-initramfs_*.deb
  quietly cfsroot check-initramfs --cmdline "$words" "$initrd"
  quietly dpkg --purge cfsroot-initramfs
  ! cfsroot check-initramfs --cmdline "$words" "$initrd" >/tmp/said 2>&1 || fail "our parts are left"
}
