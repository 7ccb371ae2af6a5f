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
(ulimit -f 0 && trap '' XFSZ && ! mkcomposefs --from-file dump image 2>"$scratch/err")
grep -qx 'mkcomposefs: cannot write file: File too large' "$scratch/err"
same image old
[[ $(ls -A) == $'bad\ndump\nimage\nold' ]] || complain "left over: $(ls -A)"

# Killed while it waits for its input.
mkfifo slow
mkcomposefs --from-file slow image &
exec 9>slow
while [[ ! $(find . -name '.cfsroot-tmp.*') ]]; do sleep 0.02; done
# A concurrent run leaves the other's temporary alone.
ok mkcomposefs --from-file dump image
[[ $(find . -name '.cfsroot-tmp.image.*' | wc -l) == 1 ]] || complain "$(ls -A)"
kill -9 $!
wait $! || true
exec 9>&-
[[ $(find . -name '.cfsroot-tmp.image.*' | wc -l) == 1 ]] || complain "$(ls -A)"
same image old
ok mkcomposefs --from-file dump image
[[ ! $(find . -name '.cfsroot-tmp.*') ]] || complain "left over: $(ls -A)"
