# SPDX-License-Identifier: LGPL-2.1-or-later
# qcow2 holds the same disk, by the name of OUTPUT or on request, and is the same each time.
mkdir tree && seq 5000 >tree/file
ok cfsroot disk disk.img tree
ok cfsroot disk disk.qcow2 tree
[[ $(qemu-img info disk.qcow2) == *'file format: qcow2'* ]]
qemu-img compare -q disk.qcow2 disk.img
ok cfsroot disk --format=qcow2 other tree
same disk.qcow2 other
ok cfsroot disk --format=raw raw.qcow2 tree
same disk.img raw.qcow2

# Programs that are not there.
PATH=$scratch/bin exits 5 "cfsroot disk: disk.qcow2: no program \`qemu-img\`: install the package qemu-utils" \
  cfsroot disk disk.qcow2 tree
PATH=$scratch/bin exits 5 "cfsroot disk: esp.img: \`file\` of the EFI system partition: no program \`mcopy\`: install the package mtools" \
  cfsroot disk --esp=tree/file esp.img tree
