# SPDX-License-Identifier: LGPL-2.1-or-later
# dump: the canonical text of an image, which makes the same image again.
cat >dump <<END
/ 4096 41777 3 1 2 0 -5.6 - - - user.a=1
/c 0 20644 1 0 0 1281 0.0 - - -
/d 27 40700 2 4294967295 0 0 1234567890123.999999999 - - -
/f 5 100644 2 0 0 0 1.5 - \\x00hi\\n\\x20 -
/h 0 @100644 - - - - - /f
/l 3 120777 1 0 0 0 0.0 -\\x20\\\\ - -
/o 5000 100755 1 0 0 0 0.0 aa/bb - $(printf '%064d' 9) trusted.x=\\x00\\xff user.y=
/s 0 140644 1 0 0 0 0.0 - - -
END
mkcomposefs --from-file dump image
ok composefs-info dump image
sed 's,^/h .*,/h 5 @100644 2 0 0 0 1.5 /f \\x00hi\\n\\x20 -,' dump >wanted
diff wanted "$scratch/out"

for version in 0 1; do
  mkcomposefs --min-version=$version --max-version=$version --from-file dump image
  composefs-info dump image |
    mkcomposefs --min-version=$version --max-version=$version --from-file - again
  same image again
done

# --filter keeps the root and the named children, with all below them.
mkdir -p tree/{one/two,three}
touch tree/one/two/file
ok mkcomposefs tree image
ok composefs-info --filter=one --filter=missing dump image
[[ $(cut -d' ' -f1 "$scratch/out" | xargs) == '/ /one /one/two /one/two/file' ]] ||
  complain "$(<"$scratch/out")"
