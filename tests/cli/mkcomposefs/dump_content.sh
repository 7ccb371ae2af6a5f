# SPDX-License-Identifier: LGPL-2.1-or-later
# PAYLOAD and CONTENT: their limits, and which belongs to which type.
lines() { printf '%s\n' "$root" "$@"; }
many() { head -c "$1" /dev/zero | tr '\0' y; }

refused 'Invalid content size 2, must match size 3' 2 27 < <(lines '/a 3 100644 1 0 0 0 0.0 - hi -')
refused 'Invalid content size 0, must match size 3' 2 27 < <(lines '/a 3 100644 1 0 0 0 0.0 -  -')
refused 'Invalid content size 2, must match size 0' 2 26 < <(lines '/a 0 40755 1 0 0 0 0.0 - hi -')
refused 'Invalid content size 1, must match size -1' 2 46 < <(lines '/a 18446744073709551615 100644 1 0 0 0 0.0 - x -')
refused 'Inline content size 5001 exceeds maximum 5000' 2 30 \
  < <(lines "/a 5001 100644 1 0 0 0 0.0 - $(many 5001) -")
refused 'Invalid symlink' 2 25 < <(lines '/a 0 120777 1 0 0 0 0.0 - - -')
refused 'Invalid symlink' 2 25 < <(lines '/a 0 120777 1 0 0 0 0.0  - -')
refused 'Invalid symlink' 2 25 < <(lines "/a 0 120777 1 0 0 0 0.0 $(many 4096) - -")
refused 'Invalid payload' 2 25 < <(lines "/a 0 100644 1 0 0 0 0.0 $(many 4096) - -")

size=$((1 << 53))
ok mkcomposefs --from-file - image < <(lines "/a $size 100644 1 0 0 0 0.0 x - -")
try mkcomposefs --from-file - image < <(lines "/a $((size + 1)) 100644 1 0 0 0 0.0 x - -")
[[ $status == 1 && $(<"$scratch/err") == 'mkcomposefs: cannot write file: File too large'* ]] ||
  complain "$(<"$scratch/err")"

# The largest of each; a symlink's SIZE and content, a directory's payload do not matter.
ok mkcomposefs --from-file - image < <(lines "/c 5000 100644 1 0 0 0 0.0 - $(many 5000) -" \
  "/d 7 40755 1 0 0 0 0.0 x - x" "/e 0 100644 1 0 0 0 0.0   -" "/l 2 120777 1 0 0 0 0.0 there hi x" \
  "/p 9 100644 1 0 0 0 0.0 $(many 300) - -" "/q 9 100644 1 0 0 0 0.0 - - -")
# (The largest payload is also accepted; the reference prints it with stray bytes.)
ok mkcomposefs --from-file - longest < <(lines "/p 9 100644 1 0 0 0 0.0 $(many 4095) - -")
[[ $(entries image | sed 's/\(y\)y*/\1/; s,^/d [0-9]*,/d 4096,') == '/c 5000 100644 1 0 0 0 0.0 - y -
/d 4096 40755 2 0 0 0 0.0 - - -
/e 0 100644 1 0 0 0 0.0 - - -
/l 5 120777 1 0 0 0 0.0 there - -
/p 9 100644 1 0 0 0 0.0 y - -
/q 9 100644 1 0 0 0 0.0 - - -' ]] || complain "$(entries image)"
