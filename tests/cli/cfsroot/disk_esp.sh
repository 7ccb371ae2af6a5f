# SPDX-License-Identifier: LGPL-2.1-or-later
mkdir -p tree esp/EFI/BOOT more/efi/boot
seq 5000 >tree/file
echo first >esp/EFI/BOOT/a.efi
echo second >more/efi/boot/b.efi
head -c 3M /dev/zero >large.efi

# Two spellings of one directory, a name for a file, a directory below another.
ok cfsroot disk --esp=esp --esp=more --esp=large.efi:EFI/BOOT/BOOTX64.EFI --esp=tree:deep/er disk.img tree
for file in a.efi=esp/EFI/BOOT/a.efi b.efi=more/efi/boot/b.efi BOOTX64.EFI=large.efi; do
  mcopy -n -i disk.img@@1M "::/EFI/BOOT/${file%=*}" copy
  same copy "${file#*=}"
done
[[ $(mtype -i disk.img@@1M ::/deep/er/file | tail -n 1) == 5000 ]]
dd if=disk.img of=fat bs=1M skip=1 count=512 conv=sparse status=none
/sbin/fsck.vfat -n fat >/dev/null

refuses() { exits 1 "cfsroot disk: disk.img: $1" cfsroot disk "${@:2}" disk.img tree; }
refuses "\`efi/boot/A.EFI\` is twice in the EFI system partition's content" \
  --esp=esp --esp=large.efi:efi/boot/A.EFI
truncate -s 600M large.efi
refuses "the EFI system partition needs 604 MiB for its files; give it with --esp-size" --esp=large.efi
ok cfsroot disk --esp=large.efi --esp-size=610M disk.img tree
exits 4 "cfsroot disk: none: No such file or directory" cfsroot disk --esp=none:x disk.img tree
exits 2 "cfsroot disk: --esp=large.efi:: no name after the colon; cfsroot disk --help says more" \
  cfsroot disk --esp=large.efi: disk.img tree

# The algorithm follows a repository.
ok cfsroot init --insecure --algorithm=sha512 repo
ok cfsroot import --repo=repo tree
ok cfsroot disk --type=ext4 --var=none disk.img repo
cp "$scratch/out" from_repo
ok cfsroot disk --type=ext4 --var=none -a sha512 other.img tree
same from_repo "$scratch/out"
exits 1 "cfsroot disk: disk.img: repo: has objects of sha512; a disk has one --algorithm" \
  cfsroot disk -a sha256 disk.img repo
