# SPDX-License-Identifier: LGPL-2.1-or-later
# Escapes: what they mean, and which are refused.
line() { echo "$root" && echo "$1"; }

refused 'Invalid hex characters after hex escape' 2 2 < <(line '/\xg0 0 100644 1 0 0 0 0.0 - - -')
refused 'Invalid hex characters after hex escape' 2 2 < <(line '/\x0g 0 100644 1 0 0 0 0.0 - - -')
refused 'No hex characters after hex escape' 2 2 < <(line '/\x0 0 100644 1 0 0 0 0.0 - - -')
refused 'No hex characters after hex escape' 2 2 < <(line '/\x 0 100644 1 0 0 0 0.0 - - -')
refused 'No character after escape' 2 3 < <(line '/a\ 0 100644 1 0 0 0 0.0 - - -')
refused 'Unsupported escape type a' 2 2 < <(line '/\a 0 100644 1 0 0 0 0.0 - - -')
refused 'Unsupported escape type q' 2 25 < <(line '/a 1 120777 1 0 0 0 0.0 \q - -')
refused 'Unsupported escape type q' 2 27 < <(line '/a 1 100644 1 0 0 0 0.0 - \q -')
refused 'Unsupported escape type q' 2 29 < <(line '/a 1 100644 1 0 0 0 0.0 - - \q')
refused 'Unsupported escape type q' 2 31 < <(line '/a 1 100644 1 0 0 0 0.0 - - - \q=1')
refused 'Unsupported escape type q' 2 33 < <(line '/a 1 100644 1 0 0 0 0.0 - - - k=\q')

# In: any spelling. Out: the one canonical spelling.
ok mkcomposefs --from-file - image <<END
$root
\\x2fA\\x4a\\x4A\\\\\\n\\r\\t 6 100644 1 0 0 0 0.0 - \\x00\\xfF\\x2d-=\\x20 - a\\x3db\\x20=c=\\x00\\x3d
/ä 1 100644 1 0 0 0 0.0 - \\x2d -
/cut\\x00off 3 120777 1 0 0 0 0.0 to\\x00there - -
END
[[ $(entries image) == '/AJJ\\\n\r\t 6 100644 1 0 0 0 0.0 - \x00\xff--=\x20 - a\x3db\x20=c\x3d\x00\x3d
/cut 2 120777 1 0 0 0 0.0 to - -
/\xc3\xa4 1 100644 1 0 0 0 0.0 - \x2d -' ]] || complain "$(entries image)"
