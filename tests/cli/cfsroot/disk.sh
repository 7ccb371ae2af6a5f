# SPDX-License-Identifier: LGPL-2.1-or-later
PATH=$PATH:/sbin
export SOURCE_DATE_EPOCH=1700000000
mkdir -p tree/var/lib esp/loader
seq 5000 >tree/file
echo state >tree/var/lib/state
echo 'title x' >esp/loader/x.conf
head -c 100000 /dev/zero >boot.efi
digest=$(mkcomposefs --print-digest tree image)
object=${digest:0:2}/${digest:2}

# A bare file system: the image is the one of mkcomposefs, its name leads to it, /var is there.
prints "$digest" cfsroot disk --type=ext4 --ref=os/1 root.img tree
e2fsck -fn root.img >/dev/null 2>&1
debugfs -R "dump composefs/objects/$object copy" root.img 2>/dev/null
same image copy
[[ $(debugfs -R 'cat composefs/images/refs/os/1' root.img 2>/dev/null) == "../../$digest" ]]
[[ $(debugfs -R 'cat state/os/default/var/lib/state' root.img 2>/dev/null) == state ]]
for sealed in meta.json "objects/$object"; do
  [[ $(debugfs -R "stat composefs/$sealed" root.img 2>/dev/null) == *'Flags: 0x180000'* ]]
done
[[ $(debugfs -R "stat state/deploy/$digest/var" root.img 2>/dev/null) == *'"../../os/default/var"'* ]]

# A disk: the partitions, what is in them, and what --json says of them.
ok cfsroot disk --json --esp=esp --esp=boot.efi --architecture=x86-64 disk.img tree
sfdisk -d disk.img | grep -q 'start= *2048, size= *1048576, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B'
sfdisk -d disk.img | grep -q 'start= *1050624, .*type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709.*name="root"'
grep -q '"offset": 537919488' "$scratch/out" && grep -q "\"$digest\"" "$scratch/out"
[[ $(mtype -i disk.img@@1M ::/loader/x.conf) == 'title x' ]]
mcopy -i disk.img@@1M ::/EFI/Linux/boot.efi copy.efi
same boot.efi copy.efi
[[ $(mdir -i disk.img@@1M ::/EFI/Linux/boot.efi) == *2023-11-14* ]]
dd if=disk.img of=part.img bs=1M skip=513 conv=sparse status=none
e2fsck -fn part.img >/dev/null 2>&1

# The same again is the same.
ok cfsroot disk --esp=boot.efi --esp=esp --architecture=x86-64 again.img tree
same disk.img again.img
