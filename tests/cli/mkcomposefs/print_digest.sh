# SPDX-License-Identifier: LGPL-2.1-or-later
# The printed digest is the image file's fs-verity digest.
{ echo "$root" && echo '/file 100 100644 1 0 0 0 1.5 - - -'; } >dump

prints '' mkcomposefs --from-file dump image
prints "$(digest_of image)" mkcomposefs --print-digest --from-file dump again
same image again

prints "$(digest_of image)" mkcomposefs --print-digest-only --from-file dump
prints "$(digest_of image)" mkcomposefs --print-digest-only --print-digest --from-file dump
[[ $(ls) == $'again\ndump\nimage' ]] || complain "--print-digest-only left a file"

# On standard output the line follows the image.
ok mkcomposefs --print-digest --from-file dump -
{ cat image && digest_of image; } >wanted
same wanted "$scratch/out"

# A failing run prints no digest.
echo bad >bad
try mkcomposefs --print-digest-only --from-file bad
[[ $status == 1 && ! -s $scratch/out ]] || complain "printed: $(<"$scratch/out")"
