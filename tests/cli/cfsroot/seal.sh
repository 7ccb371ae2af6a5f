# SPDX-License-Identifier: LGPL-2.1-or-later
mkdir -p tree/objects
printf hello >tree/objects/a
head -c 9000 /dev/zero >tree/objects/b
truncate -s 16M disk.img
PATH=$PATH:/sbin
mke2fs -q -t ext4 -b 4096 -O verity -d tree disk.img

# Quiet unless asked; -v prints what fsverity prints; nothing is sealed twice.
prints "sha256:$(digest_of tree/objects/a) /objects/a" cfsroot seal -v disk.img objects/a
prints "" cfsroot seal disk.img /objects
prints "" cfsroot seal --verbose disk.img /objects
e2fsck -fn disk.img >/dev/null 2>&1

mke2fs -F -q -t ext4 -b 4096 -O verity -d tree disk.img
prints "sha512:$(fsverity digest --compact --hash-alg=sha512 tree/objects/b) /objects/b" \
  cfsroot seal --algorithm=sha512 -v disk.img objects/b
ok cfsroot seal --json disk.img objects/a
grep -q "\"digest\": \"$(digest_of tree/objects/a)\"" "$scratch/out"

# What cannot be undone is not guessed.
exits 2 "cfsroot seal: PATH: has no value; cfsroot seal --help says more" \
  cfsroot seal disk.img objects/a ""
fails "cfsroot seal: disk.img: /objects/../a: has \`..\` in it; write the path without" \
  cfsroot seal disk.img /objects/../a
for path in /nothing /objects/a/below; do
  exits 4 "cfsroot seal: disk.img: $path: not in the image" cfsroot seal disk.img "$path"
done
exits 4 "cfsroot seal: none.img: open: No such file or directory" cfsroot seal none.img /
