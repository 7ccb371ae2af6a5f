# SPDX-License-Identifier: LGPL-2.1-or-later
PATH=$PATH:/sbin
export SOURCE_DATE_EPOCH=1700000000
mkdir -p tree/dir
seq 5000 >tree/file
seq 9000 >tree/dir/other
disk() { ok cfsroot disk --type=ext4 --var=none "$@"; }
disk a.img tree

# The same tree in every form, in another order, with other names for the same thing.
mkcomposefs --digest-store=store tree image
composefs-info dump image >tree.dump
tar --format=pax --numeric-owner -C tree -cf tree.tar .
tac <(tar -tf tree.tar) | tar --format=pax --numeric-owner --no-recursion -C tree -T - -czf tree.tgz
mkdir repo
debugfs -R 'rdump composefs repo' a.img >/dev/null 2>&1
for source in dir:tree/ tree.tar tree.tgz tar:tree.tar repo/composefs; do
  disk b.img "$source"
  same a.img b.img
done
disk --store=store b.img tree.dump
same a.img b.img
disk b.img - <tree.tgz
same a.img b.img
disk --store=store b.img - <tree.dump
same a.img b.img
