# SPDX-License-Identifier: LGPL-2.1-or-later
# The repository says which hash and which format; all sources agree.
mkdir tree && noise 5000 >tree/a && printf small >tree/b && ln -s a tree/c
tar --format=pax --xattrs --numeric-owner -C tree -cf tree.tar .
ok cfsroot init --insecure --erofs-format=1 one
prints "$(mkcomposefs --min-version=1 --print-digest-only tree)" cfsroot import --repo one tree.tar

ok cfsroot init --insecure -a sha512 repo
ok cfsroot import --repo repo --name v1 tree
digest=$(<"$scratch/out")
[[ ${#digest} == 128 && $digest == "$(fsverity digest --compact --hash-alg=sha512 repo/images/refs/v1)" ]]
prints "$digest" cfsroot import --repo repo tree.tar
a=$(fsverity digest --compact --hash-alg=sha512 tree/a)
same tree/a "repo/objects/${a:0:2}/${a:2}"
composefs-info dump repo/images/refs/v1 >tree.dump
grep -q "^/a 5000 .* ${a:0:2}/${a:2} - $a$" tree.dump
prints "$digest" cfsroot import --repo repo tree.dump
prints "$digest" cfsroot import --repo repo - <tree.dump
prints "1 image, 2 objects: good" cfsroot verify repo
prints "1 image, 2 objects: good" cfsroot verify repo "${digest:0:9}"
fsck.erofs repo/images/refs/v1 >/dev/null 2>&1

# A size that is not the content's.
sed 's,^/a 5000,/a 5001,' tree.dump >long.dump
exits 3 "cfsroot import: long.dump: /a: object ${a:0:2}/${a:2}: it has 5000 bytes, not 5001" \
  cfsroot import --repo repo long.dump
{ cat tree.dump && sed -n 's,^/a 5000,/z 5001,p' tree.dump; } >two.dump
fails "cfsroot import: two.dump: /z: has 5001 bytes; with the same digest /a has 5000" \
  cfsroot import --repo repo two.dump

# Of another hash than the repository.
ok cfsroot init --insecure other
try cfsroot import --repo other tree.dump
[[ $status == 1 ]]
grep -q "^cfsroot import: tree.dump: Invalid digest, must be 64 hex digits (line 2, column" "$scratch/err"
