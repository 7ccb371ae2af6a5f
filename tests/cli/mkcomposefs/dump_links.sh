# SPDX-License-Identifier: LGPL-2.1-or-later
# Hard links: @ before MODE, the target's path as PAYLOAD, resolved at the end.
file='0 100644 3 0 0 0 0.0 - - -'
link() { echo "$1 0 @${3-100644} - - - - - $2"; }
lines() { printf '%s\n' "$root" "$@"; }

refused "Directories can't be hardlinked" 2 6 < <(lines "$(link /a /b 40755)")
refused 'No target path for the hardlink' 2 1 < <(lines "$(link /a -)")
refused 'No target at /b for hardlink' 2 1 < <(lines "$(link /a /b)")
refused 'Self-referential hardlink /a' 2 1 < <(lines "$(link /a /a)")
refused 'Invalid mode 0' 2 7 < <(lines "$(link /a /b 0)")

# Links to links, before and after their target; slashes do not matter; other fields are not read.
ok mkcomposefs --from-file - image < <(lines "$(link /a /b)" "$(link /b c/// 120777)" "/c $file" \
  '/d x @20644 x x x x x ///c x x x')
[[ $(entries image) == "/a $file
/b 0 @100644 3 0 0 0 0.0 /a - -
/c 0 @100644 3 0 0 0 0.0 /a - -
/d 0 @100644 3 0 0 0 0.0 /a - -" ]] || complain "$(entries image)"

ours || exit 0
# Unlike the reference: cycles are refused with a place, directories are no targets.
refused 'cannot write file: Too many levels of symbolic links' 2 1 \
  < <(lines "$(link /a /b)" "$(link /b /a)")
refused 'Hardlink target is a directory: /' 2 1 < <(lines "$(link /a /)")
refused 'Hardlink target is a directory: /b' 2 1 < <(lines "$(link /a /b)" "/b 0 40755 1 0 0 0 0.0 - - -")
