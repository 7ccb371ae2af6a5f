# SPDX-License-Identifier: LGPL-2.1-or-later
# A directory and a tar archive of it give the same image, and what is on it is what was asked for.
images=${test%/tests/cli/*}/images
efi=$("$images/efi")
export CFSROOT_BIN=$scratch/bin
mkdir -p root/usr/lib root/etc root/var
echo 'PRETTY_NAME="An OS"' >root/usr/lib/os-release
cp "$efi/usr/lib/systemd/boot/efi/systemd-bootx64.efi" kernel # any EFI program will do
echo initrd >initrd
export SOURCE_DATE_EPOCH=1700000000
find root -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
tar -C root --create --format=pax --pax-option=delete=atime,delete=ctime --sort=name . >root.tar
"$images/keys" keys

ok "$images/bootable" --keys keys root kernel initrd dir
digest=$(mkcomposefs --print-digest-only root)
[[ $(<dir/digest) == "$digest" ]] || complain "$(<dir/digest)"
"$efi/bin/sbverify" --cert keys/db.crt dir/system.efi >/dev/null
start=$(sfdisk --json dir/disk.img | sed -n 's/.*"start": *\([0-9]*\).*/\1/p' | head -n 1)
for file in EFI/BOOT/BOOTX64.EFI EFI/Linux/system.efi; do
  mcopy -i "dir/disk.img@@$((start * 512))" "::$file" copy.efi
  "$efi/bin/sbverify" --cert keys/db.crt copy.efi >/dev/null
  mv copy.efi last.efi
done
same last.efi dir/system.efi

ok "$images/bootable" --cmdline 'quiet composefs=1' root.tar kernel initrd tar
same tar/digest dir/digest
grep -aq "quiet composefs=$digest" tar/system.efi

fails "images/bootable: with --user ROOT must be a directory" \
  "$images/bootable" --user nobody root.tar kernel initrd out
ok "$images/bootable" --help && grep -q '^  --user USER' "$scratch/out"
exits 2 "usage: images/keys DIR" "$images/keys" --help
ok "$images/../demo" --help
exits 2 "check: asan stands alone" "$images/../check" asan unit
exits 2 "demo: takes no arguments; CFSROOT_CACHE says where downloads are kept" "$images/../demo" now
fails "images/bootable: no option --paint" "$images/bootable" --paint x root kernel initrd out
