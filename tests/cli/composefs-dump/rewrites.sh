# SPDX-License-Identifier: LGPL-2.1-or-later
# What was read is written back byte for byte, in the version it had.
ours || exit 0
for i in $(seq 300); do
  echo "/dir/file$i $((i * 7)) 100644 1 $i 0 0 $i.5 $(printf '%02x/%062d' "$i" "$i") - -" \
    "user.k$((i % 9))=$i trusted.overlay.metacopy=mine"
done >files
{
  echo "$root" && echo '/dir 0 40755 1 0 0 0 0.0 - - -' && cat files
  echo '/gone 0 20000 1 0 0 0 0.0 - - -'
  echo '/link 0 @100644 - - - - - /dir/file7'
  echo '/inline 3 100644 1 0 0 0 0.0 - abc -'
} >dump
for version in 0 1; do
  ok mkcomposefs --min-version=$version --max-version=$version --from-file dump image
  prints '' composefs-dump image again
  same image again
  fsck.erofs image >/dev/null
done
