# SPDX-License-Identifier: LGPL-2.1-or-later
# ls: depth first, sorted by bytes; what stands behind the tab depends on the type.
mkcomposefs --from-file - image <<END
$root
/z 0 40755 1 0 0 0 0.0 - - -
/a 0 40755 1 0 0 0 0.0 - - -
/B 0 100644 1 0 0 0 0.0 - - -
/a/object 100 100644 2 0 0 0 0.0 to/the\\x20object - -
/a/link 0 @100644 - - - - - /a/object
/a/nameless 100 100644 2 0 0 0 0.0 - - -
/a/inline 2 100644 1 0 0 0 0.0 - hi -
/sym 0 120777 1 0 0 0 0.0 a\\x20b\\n - -
/dash 0 120777 1 0 0 0 0.0 \\x2d - -
/fifo 0 10644 1 0 0 0 0.0 - - -
/null 0 20666 1 0 0 259 0.0 - - -
/two\\x20words\\t\\\\\\xff= 0 100644 1 0 0 0 0.0 - - -
END

prints '/B
/a/	
/a/inline
/a/link	@ to/the\x20object
/a/nameless
/a/object
/dash	-> -
/fifo
/null
/sym	-> a\x20b\n
/two words\t\\\xff=
/z/	' composefs-info ls image

# Several images, one after the other; -- and options behind operands.
ok composefs-info ls image
cat "$scratch/out" "$scratch/out" >twice
ok composefs-info ls image image --filter=B --filter=nothing
[[ $(<"$scratch/out") == $'/B\n/B' ]] || complain "$(<"$scratch/out")"
ok composefs-info -- ls image image
same twice "$scratch/out"
