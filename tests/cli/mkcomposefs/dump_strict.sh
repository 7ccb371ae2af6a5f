# SPDX-License-Identifier: LGPL-2.1-or-later
# CFS_PARSE_STRICT, however it is set, adds four checks.
lines() { printf '%s\n' "$root" "$@"; }
loose() {
  lines '/f 0 100644 1 0 0 1 0.0 - - -'
  lines '/l 4 120777 1 0 0 0 0.0 there - -'
  lines '/l 5 120777 1 0 0 0 0.0 there 12345 -'
}
while read -r line; do
  ok mkcomposefs --from-file - image < <(lines "$line")
done < <(loose | grep -vxF "$root")
ok mkcomposefs --from-file - image < <(printf %s "$root")

for value in '' 1 0; do
  export CFS_PARSE_STRICT=$value
  refused 'Missing trailing newline' 1 31 < <(printf %s "$root")
  refused 'Non-zero devnum on non-device' 2 19 < <(lines '/f 0 100644 1 0 0 1 0.0 - - -')
  refused 'Invalid symlink size 5, must match size 4' 2 4 < <(lines '/l 4 120777 1 0 0 0 0.0 there - -')
  refused 'Symlink cannot have content' 2 31 < <(lines '/l 5 120777 1 0 0 0 0.0 there 12345 -')
done
ok mkcomposefs --from-file - image < <(lines '/c 0 20644 1 0 0 1 0.0 - - -' \
  '/l 5 120777 1 0 0 0 0.0 there - -' '/f 0 100644 1 0 0 0 0.0 -  -')
