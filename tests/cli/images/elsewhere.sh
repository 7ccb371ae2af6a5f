# SPDX-License-Identifier: LGPL-2.1-or-later
# Label: long
# The same sources give the same disk with the libraries and programs of another Debian.
project=${test%/tests/cli/*}
system=$("$project/images/debs" system systems/elsewhere trixie dosfstools mtools e2fsprogs fdisk \
  libarchive13t64 libxxhash0)
"$project/tests/vm/tree" tree
tar --format=pax --exclude=zoo/socket --xattrs --xattrs-include='*' --numeric-owner -cf tree.tar -C tree .
mkdir -p esp/EFI/BOOT
noise 3M >esp/EFI/BOOT/BOOTX64.EFI
cp -L "$scratch/bin/cfsroot" .
cat >make.sh <<'END'
set -eu
SOURCE_DATE_EPOCH=1700000000 ./cfsroot disk --esp=esp --free=600M $1.img tree.tar 2>$1.log
dpkg-query --showformat='${Version}\n' --show dosfstools e2fsprogs libfdisk1 mtools >$1.versions
END
ok sh make.sh here
try "$project/images/chroot" "$system" . sh make.sh there
[[ $status == 0 ]] || complain "$(<"$scratch/err") $(<there.log)"
! cmp -s here.versions there.versions || complain "both have the same versions"
same here.img there.img
