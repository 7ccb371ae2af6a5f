# SPDX-License-Identifier: LGPL-2.1-or-later
# Malformed lines: empty, with a NUL, with bad numbers, bad modes and too few fields.
fails 'mkcomposefs: No files in dump file' mkcomposefs --from-file - image </dev/null
refused 'Invalid empty path' 1 1 <<<''
refused 'Invalid empty path' 2 1 < <(echo "$root" && echo)
refused 'Invalid embedded NUL character at position 3' 2 4 < <(echo "$root" && printf '/a \0 1\n')
refused 'Invalid integer ' 1 2 <<<'/'
refused 'Invalid integer ' 1 3 <<<'/ '
refused 'Invalid integer ' 1 4 <<<'/  '

# Each number: NAME, its column in the line below, the line with X in its place.
while read -r column line; do
  for bad in x 1x - 0x10; do
    refused "Invalid integer $bad" 2 "$column" < <(echo "$root" && echo "${line/X/$bad}")
  done
done <<'END'
4 /a X 100644 1 0 0 0 0.0 - - -
6 /a 0 X 1 0 0 0 0.0 - - -
13 /a 0 100644 X 0 0 0 0.0 - - -
15 /a 0 100644 1 X 0 0 0.0 - - -
17 /a 0 100644 1 0 X 0 0.0 - - -
19 /a 0 100644 1 0 0 X 0.0 - - -
21 /a 0 100644 1 0 0 0 X.0 - - -
23 /a 0 100644 1 0 0 0 0.X - - -
END
refused 'Invalid integer 8' 2 6 < <(echo "$root" && echo '/a 0 8 1 0 0 0 0.0 - - -')
refused 'Invalid integer ' 2 22 < <(echo "$root" && echo '/a 0 100644 1 0 0 0 0 - - -')
refused 'Invalid integer @100644' 2 7 < <(echo "$root" && echo '/a 0 @@100644 - - - - - /b')
refused 'Invalid mode 644' 2 6 < <(echo "$root" && echo '/a 0 644 1 0 0 0 0.0 - - -')
refused 'Invalid mode 0' 2 6 < <(echo "$root" && echo '/a 0 0 1 0 0 0 0.0 - - -')
refused 'Invalid mode 150000' 2 6 < <(echo "$root" && echo '/a 0 150000 1 0 0 0 0.0 - - -')

# strtoull's manners: signs, leading tabs, wrapping, saturation; a missing last newline.
ok mkcomposefs --from-file - image < <(echo "$root" &&
  printf '/a 0 0100644 +1 -1 \t7 0 -1.99999999999999999999999 - - -')
ok composefs-info dump image
grep -qx '/a 0 100644 1 4294967295 7 0 -1.4294967295 - - -' "$scratch/out" || complain "$(<"$scratch/out")"
