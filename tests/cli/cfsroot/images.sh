# SPDX-License-Identifier: LGPL-2.1-or-later
ok cfsroot init --insecure repo
prints "" cfsroot images --repo repo
mkdir tree && head -c 100 /dev/zero >tree/f && head -c 200 /dev/zero >tree/g
a=$(cfsroot import --repo repo --name x/one tree)
head -c 300 /dev/zero >tree/f && rm tree/g && b=$(cfsroot import --repo repo --name two tree)
size() { stat -Lc %s "repo/images/$1"; }
line_a="$a  $(size "$a") bytes, 2 objects  x/one" line_b="$b  $(size "$b") bytes, 1 objects  two"
prints "$(printf '%s\n' "$line_a" "$line_b" | sort)" cfsroot images --repo repo
prints "$line_a" cfsroot images --repo repo "${a:0:12}"
prints "$line_b" cfsroot images --repo repo refs/two
ok cfsroot images --repo repo --json x/one
grep -q '"objects": 2' "$scratch/out" && grep -q '"missing": 0' "$scratch/out"

object=$(composefs-info objects "repo/images/$b")
rm "repo/objects/$object"
prints "$b  $(size "$b") bytes, 1 objects, 1 MISSING  two" cfsroot images --repo repo two
chmod +w "repo/images/$b" && echo junk >"repo/images/$b"
ok cfsroot images --repo repo two
grep -q "^$b  UNREADABLE: not a readable image: .*  two$" "$scratch/out"

exits 4 "cfsroot images: repo: has no image \`three\`" cfsroot images --repo repo three
rm "repo/images/$b"
exits 4 "cfsroot images: repo: the image of \`two\` is gone" cfsroot images --repo repo two
try cfsroot images --repo repo
[[ $status == 0 && $(<"$scratch/out") == "$line_a"* ]]
grep -qx "cfsroot images: warning: the image of \`two\` is gone: $b" "$scratch/err"
for end in 0 1; do ln -s "../objects/ab/cd$(printf '%059d' 0)$end" "repo/images/abcd$(printf '%059d' 0)$end"; done
fails "cfsroot images: repo: several images begin with \`abcd\`" cfsroot images --repo repo abcd
