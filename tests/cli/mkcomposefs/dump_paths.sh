# SPDX-License-Identifier: LGPL-2.1-or-later
# Paths: the root first, parents before children, each name once.
file='0 100644 1 0 0 0 0.0 - - -' dir='0 40755 1 0 0 0 0.0 - - -'
lines() { printf '%s\n' "$root" "$@"; }

refused 'Root node not present' 1 1 <<<"/a $file"
refused 'Root must be a directory' 1 1 <<<"/ $file"
refused "Can't have multiple roots" 2 1 < <(lines "$root")
refused 'Parent directory missing for /b/a' 2 1 < <(lines "/b/a $file")
refused 'Parent directory missing for /b/a' 2 1 < <(lines "/b/a $file" "/b $dir")
refused 'Parent directory missing for /./a' 2 1 < <(lines "/./a $file")
refused 'Parent directory missing for /a/../b' 3 1 < <(lines "/a $dir" "/a/../b $file")
refused 'Parent must be a directory for /a/b' 3 1 < <(lines "/a $file" "/a/b $file")
refused 'Invalid . or .. in path: /.' 2 1 < <(lines "/. $file")
refused 'Invalid . or .. in path: /a/..' 3 1 < <(lines "/a $dir" "/a/.. $file")
refused "Can't add child" 2 1 < <(lines "// $file")
refused "Can't add child" 3 1 < <(lines "/a $dir" "/a/ $file")
refused 'Parent directory missing for /a/' 2 1 < <(lines "/a/ $file")
refused "Can't add child" 3 1 < <(lines "/a $file" "/a $file")
refused "Can't add child" 3 1 < <(lines "/a $dir" "a $dir")
refused 'Invalid empty path' 2 1 < <(lines "\\x00a $file")
# The first error counts, and a duplicate is one.
refused "Can't add child" 3 1 < <(lines "/a $file" "/a $file" "/b/c $file")
refused 'Invalid integer x' 3 4 < <(lines "/a $file" "/b x 100644" "/a $file")

name=$(printf 'n%.0s' {1..255})
refused "Can't add child" 2 1 < <(lines "/n$name $file")
ok mkcomposefs --from-file - image < <(lines "/$name $dir" "//$name///$name $dir" "a $file")
prints "/a
/$name/	
/$name/$name/	" composefs-info ls image
