# SPDX-License-Identifier: LGPL-2.1-or-later
# What is no initramfs; and one in a unified kernel image, whose command line and version count.
efi=$("${test%/tests/cli/*}/images/efi")
PATH=$PATH:$efi/bin
check() { cfsroot check-initramfs "$@"; }
echo text >text
fails "cfsroot check-initramfs: text: at byte 0\
: is neither a cpio archive (newc) nor a compression that is known here; is it an initramfs?" check text
fails "cfsroot check-initramfs: .: is not a file" check .
exits 4 "cfsroot check-initramfs: open \`none\`: No such file or directory" check none
cp "$efi/usr/lib/systemd/boot/efi/systemd-bootx64.efi" kernel
fails "cfsroot check-initramfs: kernel: is an EFI program without an .initrd section" check kernel

mkdir -p root/usr/lib/composefs
echo ELF >root/usr/lib/composefs/composefs-init
chmod +x root/usr/lib/composefs/composefs-init
ln -s usr/lib/composefs/composefs-init root/init
(cd root && find . | cpio --quiet -o -H newc) | zstd -q >initrd
hex=$(printf '%064d' 7)
printf 'kernel/%s.ko\n' fs/erofs/erofs fs/overlayfs/overlay drivers/block/loop crypto/sha512 >builtin
uki() { ukify build --linux=kernel --initrd=initrd --output=uki.efi "$@" >/dev/null 2>&1; }

uki --uname=6.12.1 --cmdline="quiet composefs=$hex"
prints "ok    wiring: composefs-init
ok    configuration: none, the defaults hold
ok    command line: $hex
$(printf 'ok    %s: built into the kernel 6.12.1\n' erofs overlay loop sha512)" check --builtin builtin uki.efi
uki --uname=6.1.1 --cmdline="composefs=?$hex"
try check --builtin builtin uki.efi
[[ $status == 3 ]] || complain "status $status"
grep -q '^bad   command line: the digest is marked lax' "$scratch/out"
grep -q '^bad   kernel: 6.1.1 cannot enforce fs-verity' "$scratch/out"
