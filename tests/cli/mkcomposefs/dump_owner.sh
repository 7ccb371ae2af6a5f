# SPDX-License-Identifier: LGPL-2.1-or-later
# Unlike the reference: GID and RDEV are checked whatever the UID, DIGEST must be a digest.
ours || exit 0
line() { echo "$root" && echo "$1"; }

refused 'Invalid integer x' 2 17 < <(line '/a 0 100644 1 7 x 0 0.0 - - -')
refused 'Invalid integer x' 2 19 < <(line '/a 0 100644 1 7 0 x 0.0 - - -')

digest=$(printf '%064d' 7)
ok mkcomposefs --from-file - image < <(line "/a 9 100644 1 0 0 0 0.0 - - $digest")
for bad in x "${digest}0" "${digest:1}" "${digest:1}g" ''; do
  refused 'Invalid digest, must be 64 hex digits' 2 29 < <(line "/a 9 100644 1 0 0 0 0.0 - - $bad")
done
