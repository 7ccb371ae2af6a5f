# SPDX-License-Identifier: LGPL-2.1-or-later
# getopt_long's manners: order, abbreviations, both ways to give a value, -- and repetition.
echo "$root" >dump
ok mkcomposefs --from-file --min-version=1 dump wanted

ok mkcomposefs dump image --min-version 1 --from-file
same image wanted
ok mkcomposefs --from --min=1 dump image
same image wanted
ok mkcomposefs --min-version=0 --min-version=1 --from-file -- dump image
same image wanted
ok mkcomposefs --from-file --from-file --min-version=1 -- dump image
same image wanted

# --print-digest is itself and not an ambiguous prefix; --print is ambiguous, --m too.
prints "$(digest_of wanted)" mkcomposefs --print-digest --min=1 --from-file dump image
fails_with_usage '' mkcomposefs --print dump image
fails_with_usage '' mkcomposefs --m=1 dump image

# With POSIXLY_CORRECT options end at the first operand.
export POSIXLY_CORRECT=1
fails_with_usage 'Too many arguments' mkcomposefs dump image --from-file
