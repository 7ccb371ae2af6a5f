# SPDX-License-Identifier: LGPL-2.1-or-later
PATH=$PATH:/sbin
export SOURCE_DATE_EPOCH=1700000000
mkdir -p tree/dir etc
seq 5000 >tree/file
seq 9000 >tree/dir/other
echo own >etc/hostname && chmod 700 etc
disk() { ok cfsroot disk --type=ext4 --var=none "$@"; }
disk a.img tree

# The same tree in every form, in another order, with other names for the same thing.
mkcomposefs --digest-store=store tree image
composefs-info dump image >tree.dump
tar --format=pax --numeric-owner -C tree -cf tree.tar .
tac <(tar -tf tree.tar) | tar --format=pax --numeric-owner --no-recursion -C tree -T - -czf tree.tgz
mkdir repo
debugfs -R 'rdump composefs repo' a.img >/dev/null 2>&1
for source in dir:tree/ tree.tar tree.tgz tar:tree.tar repo/composefs repo:repo/composefs; do
  disk b.img "$source"
  same a.img b.img
done
disk --store=store b.img tree.dump
same a.img b.img
cfsroot disk --type=ext4 --var=none b.img tar:- <tree.tgz >/dev/null
same a.img b.img

# Several at once: both are named, state is per image.
mkdir second && cp -a tree/file second/
disk --ref=one --ref=two --etc=etc two.img tree second
mapfile -t digests <"$scratch/out"
for digest in "${digests[@]}"; do
  upper=state/deploy/$digest/etc/upper
  [[ $(debugfs -R "cat $upper/hostname" two.img 2>/dev/null) == own ]]
  [[ $(debugfs -R "stat $upper" two.img 2>/dev/null) == *'Mode:  0700'* ]]
done
[[ ${digests[1]} == "$(mkcomposefs --print-digest second image.two)" ]]
[[ $(debugfs -R 'cat composefs/images/refs/two' two.img 2>/dev/null) == "../${digests[1]}" ]]
object=$(digest_of tree/file)
[[ $(debugfs -R "ls -p composefs/objects/${object:0:2}" two.img 2>/dev/null) == *"${object:2}"* ]]
