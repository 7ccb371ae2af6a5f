# SPDX-License-Identifier: LGPL-2.1-or-later
# What mtools or mkfs.vfat would stumble over is said in our words; spellings of a path are one.
mkdir tree
bad() { exits 2 "cfsroot disk: $1; cfsroot disk --help says more" cfsroot disk "${@:2}" disk.img tree; }
echo kernel >vmlinuz
bad "--esp=vmlinuz:../../x: \`..\` leads nowhere in the EFI system partition" --esp=vmlinuz:../../x
bad "--esp=vmlinuz:EFI/CON: \`CON\` is no name for FAT" --esp=vmlinuz:EFI/CON
bad "--esp=vmlinuz:a?/b: \`a?\` is no name for FAT" --esp=vmlinuz:a?/b
exits 2 "cfsroot disk: --esp-size=3T: must be more than 0 and, for FAT32, at most 1T; cfsroot disk --help says more" \
  cfsroot disk --esp=vmlinuz --esp-size=3T disk.img tree
exits 2 "cfsroot disk: --esp-size=0: must be more than 0 and, for FAT32, at most 1T; cfsroot disk --help says more" \
  cfsroot disk --esp=vmlinuz --esp-size=0 disk.img tree
ok cfsroot disk --esp=vmlinuz:./EFI//BOOT/./x --esp=vmlinuz:/EFI/BOOT/y disk.img tree
mcopy -n -i disk.img@@1M ::/EFI/BOOT/x copy
same copy vmlinuz
