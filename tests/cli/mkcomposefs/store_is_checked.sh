# SPDX-License-Identifier: LGPL-2.1-or-later
# Unlike the reference: what is in the store already is looked at, and replaced if it is bad.
ours || exit 0
mkdir src
for i in 1 2 3; do noise ${i}000 >src/$i; done
object_of() { digest_of "$1" | sed 's,^..,store/&/,'; }
ok mkcomposefs --digest-store=store src image
cp -a store good

# A changed, a cut and an emptied object are replaced, with a warning each; a good one stays.
kept=$(stat -c %i "$(object_of src/1)")
flip "$(object_of src/2)" 7
: >"$(object_of src/3)"
try mkcomposefs --digest-store=store src image
[[ $status == 0 && $(grep -c "^mkcomposefs: warning: .*replaced" "$scratch/err") == 2 ]] ||
  complain "$(<"$scratch/err")"
diff -r store good
[[ $(stat -c %i "$(object_of src/1)") == "$kept" ]] || complain "a good object was replaced"
ok mkcomposefs --digest-store=store src image
