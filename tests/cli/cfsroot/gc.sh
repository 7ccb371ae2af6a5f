# SPDX-License-Identifier: LGPL-2.1-or-later
ok cfsroot init --insecure repo
for i in 1 2; do mkdir -p t$i && seq "${i}000" >t$i/own && seq 7000 >t$i/all; done
one=$(cfsroot import --repo repo --name one t1) two=$(cfsroot import --repo repo --name two t2)
gone=$(composefs-info objects "repo/images/$one" | grep -vxFf <(composefs-info objects "repo/images/$two"))
objects() { find repo/objects -type f | wc -l; }
prints "removed 0 objects, 0 bytes; 5 are needed" cfsroot gc --repo repo
ok cfsroot remove --repo repo one
bytes=$(du -cB1 "repo/objects/$gone" "repo/objects/${one:0:2}/${one:2}" | awk 'END { print $1 }')
prints "would remove 2 objects, $bytes bytes; 3 are needed" cfsroot gc --repo repo --dry-run
[[ $(objects) == 5 ]]

# Nothing goes while something is not understood, or somebody is at work here.
stays() { fails "cfsroot gc: $1" cfsroot gc --repo repo && [[ $(objects) == 5 ]]; }
mkdir -p repo/streams && ln -s "../objects/$gone" repo/streams/layer
stays "repo/streams/layer: only composefs-rs knows what its streams need; its cfsctl gc does this"
rm repo/streams/layer
ln -s ../elsewhere repo/images/odd
stays "repo/images/odd: is no image's link; cfsroot verify lists what is wrong"
rm repo/images/odd
ln -s "../../objects/$gone" repo/images/refs/odd
stays "repo/images/refs/odd: is no image's name; cfsroot verify lists what is wrong"
rm repo/images/refs/odd && ln -s "../$one" repo/images/refs/odd
stays "repo/images/refs/odd: names an image that is not in images/; remove the name, or import it again"
rm repo/images/refs/odd
exec 7<repo && flock -s 7
stays "repo: other programs use it; try again when they are done"
exec 7<&-
object=repo/objects/${two:0:2}/${two:2}
cp "$object" good && chmod +w "$object" && truncate -s 3000 "$object"
exits 3 "cfsroot gc: repo/images/$two: what it needs is not known, so nothing is removed: not a readable image: Invalid argument (shorter than 4096 bytes)" cfsroot gc --repo repo
cat good >"$object" && mkdir repo/objects/.cfsroot-tmp.objects.0123456789ab && echo >repo/objects/notes

try cfsroot gc --repo repo
[[ $status == 0 && $(<"$scratch/out") == "removed 2 objects, $bytes bytes; 3 are needed" ]]
grep -qx 'cfsroot gc: warning: objects/notes: does not belong here' "$scratch/err"
[[ $(objects) == 4 && ! -e repo/objects/$gone && ! -e repo/objects/.cfsroot-tmp.objects.0123456789ab ]]
rm repo/objects/notes && prints "1 image, 3 objects: good" cfsroot verify repo
