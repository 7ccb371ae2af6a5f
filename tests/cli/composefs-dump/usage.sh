# SPDX-License-Identifier: LGPL-2.1-or-later
# composefs-dump SRC DEST. The package does not ship it.
ours || exit 0
usage="usage: $(command -v composefs-dump) SRC DEST"
mkcomposefs --from-file - image <<<"$root"
head -c 8192 /dev/zero >zeros

fails "No source path specified"$'\n'"${usage/#*composefs-dump/usage: composefs-dump}" composefs-dump
fails "No destination path specified"$'\n'"$usage" "$(command -v composefs-dump)" image
fails "composefs-dump: Failed to open 'missing': No such file or directory" \
  composefs-dump missing out
try composefs-dump zeros out
[[ $(<"$scratch/err") == "composefs-dump: Failed to get image version 'zeros': Invalid argument"* ]] ||
  complain "$(<"$scratch/err")"
cp image broken
printf '\xff\x7f' | dd of=broken bs=1 seek=1038 conv=notrunc status=none # the root's inode number
try composefs-dump broken out
[[ $(<"$scratch/err") == "composefs-dump: Failed to load 'broken': Invalid argument"* ]] ||
  complain "$(<"$scratch/err")"
fails "composefs-dump: failed to open 'missing/out': No such file or directory" \
  composefs-dump image missing/out
fails 'composefs-dump: cannot write file: No space left on device' composefs-dump image /dev/full
absent out
