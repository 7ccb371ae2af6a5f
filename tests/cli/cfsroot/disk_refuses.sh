# SPDX-License-Identifier: LGPL-2.1-or-later
mkdir tree
seq 5000 >tree/file
echo old >disk.img
mkcomposefs tree image
composefs-info dump image >tree.dump
usage() { refuses 2 "$1; cfsroot disk --help says more" "${@:2}"; }
refuses() { exits "$1" "cfsroot disk: $2" cfsroot disk --type=ext4 "${@:3}"; }

refuses 4 "none: No such file or directory" disk.img none
refuses 1 "disk.img: tree.dump: a dump names contents; say with --store where they are" disk.img tree.dump
usage "--size=12X: not a size; write 2G, 512M or a number of bytes" --size=12X disk.img tree
usage "--size must be a multiple of 4096 bytes" --size=50000001 disk.img tree
try cfsroot disk --type=ext4 --size=3M disk.img tree
[[ $status == 1 && $(<"$scratch/err") =~ ^'cfsroot disk: disk.img: the content does not fit; --size='[0-9]+'M is enough'$ ]]
refuses 1 "/dev/null: not a file; write to a file, then copy it" /dev/null tree
usage "--ref is there 2 times for 1 image" --ref=a --ref=b disk.img tree
usage "OUTPUT cannot be standard output; name a file" - tree
mkdir second
usage "--store is for dumps, and no SOURCE is one" --store=nope disk.img tree
usage "standard input can be one source only" --etc=tar:- disk.img -
usage "--esp-size is of no use without --esp" --esp-size=64M disk.img tree
usage "--ref=a is there twice" --ref=a --ref=a disk.img tree second
refuses 1 "disk.img: \`images/refs/a\` would be a name and hold names, as images/refs/a/b" \
  --ref=a --ref=a/b disk.img tree second
usage "\`a/../b\` cannot name an image: a part of it is empty, \`.\` or \`..\`" \
  --ref=a/../b disk.img tree
usage "--esp needs a partition; leave out --type=ext4" --esp=tree disk.img tree
archs="x86-64, x86, arm64, arm, riscv64, ppc64-le, s390x, loongarch64"
exits 2 "cfsroot disk: --architecture=x86_64: not one of $archs; cfsroot disk --help says more" \
  cfsroot disk --architecture=x86_64 disk.img tree
usage "--label=this-label-is-long: longer than 16 bytes, which is all that ext4 has" \
  --label=this-label-is-long disk.img tree
usage "--uuid=random: not a UUID" --uuid=random disk.img tree
SOURCE_DATE_EPOCH=today refuses 1 "SOURCE_DATE_EPOCH=today: not a number of seconds" disk.img tree
ln -s file tree/link
exits 1 "cfsroot disk: tree/link: neither a file nor a directory; FAT has no others" \
  cfsroot disk --esp=tree disk.img tree
rm tree/link
[[ $(<disk.img) == old && $(find . -name '.cfsroot*') == "" ]]
