# SPDX-License-Identifier: LGPL-2.1-or-later
PATH=$PATH:/sbin
mkdir -p tree/dir etc
seq 5000 >tree/file
seq 9000 >tree/dir/other
echo own >etc/hostname && chmod 700 etc

# Several at once: both are named, state is per image.
mkdir second && cp -a tree/file second/
ok cfsroot disk --type=ext4 --var=none --ref=one --ref=two --etc=etc two.img tree second
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

# Twice the same is once.
ok cfsroot disk --type=ext4 --var=none --ref=one --ref=two --etc=etc again.img tree second dir:tree
same two.img again.img
