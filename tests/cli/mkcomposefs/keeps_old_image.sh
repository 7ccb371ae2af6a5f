# SPDX-License-Identifier: LGPL-2.1-or-later
# Unlike the reference: IMAGE is replaced only by success, and what a killed run left is removed.
ours || exit 0
echo "$root" >dump
ok mkcomposefs --from-file dump image
chmod 640 image
cp -a image old

echo bad >bad
fails "mkcomposefs: Invalid integer  (line 1, column 4)" mkcomposefs --from-file bad image
same image old
fails 'mkcomposefs: error accessing missing: No such file or directory' mkcomposefs missing image
same image old
said=$(ulimit -f 0 && trap '' XFSZ && mkcomposefs --from-file dump image 2>&1) || true
[[ $said == 'mkcomposefs: cannot write file: File too large' ]] || complain "$said"
same image old
[[ $(ls -A) == $'bad\ndump\nimage\nold' ]] || complain "left over: $(ls -A)"
