# SPDX-License-Identifier: LGPL-2.1-or-later
# A file that is mostly a hole takes no more memory than what is in it.
ours || exit 0
echo "$root" >dump
ok mkcomposefs --from-file dump image
cp image huge
truncate -s 4T huge
prints "$(composefs-info dump image)" composefs-info dump huge
ok composefs-dump huge again
same image again

# A million short lines at the front say nothing about the rest.
head -c 1048576 /dev/zero | tr '\0' '\n' >dump
truncate -s 1T dump
fails "mkcomposefs: Invalid empty path (line 1, column 1)" mkcomposefs --from-file dump new
absent new
