# SPDX-License-Identifier: LGPL-2.1-or-later
# The format version: the lowest allowed one that can hold the tree.
echo "$root" >plain
{ echo "$root" && echo '/gone 0 20000 1 0 0 0 0.0 - - -'; } >whiteout

makes() { # makes VERSION DUMP OPTION…
  ok mkcomposefs --from-file "${@:3}" "$2" image
  [[ $(version_of image) == "$1" ]] || complain "version $(version_of image) instead of $1"
}
makes 0 plain
makes 0 plain --min-version=0 --max-version=1
makes 1 plain --min-version=1
makes 1 plain --min-version=1 --max-version=0
makes 0 plain --max-version=1

makes 1 whiteout
makes 1 whiteout --min-version=0 --max-version=1
makes 0 whiteout --max-version=0
# Naming only the lowest version sets the highest to 0.
makes 0 whiteout --min-version=0
makes 1 whiteout --max-version=1

# Out of range is noticed only by the writer.
for option in --min-version=2 --min-version=-1 --max-version=2 --max-version=-1; do
  fails 'mkcomposefs: cannot write file: Invalid argument' \
    mkcomposefs --from-file "$option" plain other
done
