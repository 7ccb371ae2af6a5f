# SPDX-License-Identifier: LGPL-2.1-or-later
# objects and missing-objects: payloads of all images, sorted, each once.
file='100 100644 1 0 0 0 0.0'
mkcomposefs --from-file - one < <(printf '%s\n' "$root" "/a $file bb/2 - -" "/b $file aa/1 - -" \
  "/c $file bb/2 - -" "/d $file - - -" '/e 2 100644 1 0 0 0 0.0 - hi -' '/l 4 120777 1 0 0 0 0.0 link - -')
mkcomposefs --from-file - two < <(printf '%s\n' "$root" "/a $file C - -" "/b $file bb/2 - -" \
  "/c $file a\\x20b - -" "/d $file /aa/lead - -" "/e 0 100644 1 0 0 0 0.0 empty - -")
mkcomposefs --from-file - none <<<"$root"

prints $'aa/1\nbb/2' composefs-info objects one
prints '' composefs-info objects none
prints "$(composefs-info objects one two | LC_ALL=C sort -u)" composefs-info objects two one one
prints 'bb/2' composefs-info --filter=a objects one
# Nothing is printed when a later image is bad.
try composefs-info objects one missing
[[ $status == 1 && ! -s $scratch/out ]] || complain "printed: $(<"$scratch/out")"

mkdir -p store/aa store/bb
ln -s nowhere store/bb/2
prints $'aa/1\nbb/2' composefs-info --basedir=store missing-objects one
touch store/aa/1
prints 'bb/2' composefs-info --basedir=store missing-objects one
touch store/bb/nowhere
prints '' composefs-info --basedir=store missing-objects one
touch store/aa/lead store/C
composefs-info --basedir store missing-objects two >missing
! grep -qE '^(C|/?aa/lead|bb/2)$' missing || complain "$(<missing)"
if ours; then prints 'a b' composefs-info --basedir=store missing-objects two; fi
