# SPDX-License-Identifier: LGPL-2.1-or-later
ok cfsroot init --insecure repo
mkdir tree && noise 5000 >tree/a && touch -d @0 tree/a tree # their digests leave objects/cd free
image=$(cfsroot import --repo repo tree)
mkdir repo/streams repo/streams/refs repo/objects/ZZ repo/objects/.cfsroot-tmp.store.0123456789ab
touch repo/notes repo/images/file repo/objects/cd "repo/objects/${image:0:2}/short" repo/images/refs/file
ln -s "../objects/${image:0:2}/${image:2}" repo/streams/good
ln -s "../objects/${image:0:2}/${image:2}" "repo/images/$(printf '%064d' 0)"
ln -s /etc/passwd repo/streams/bad && ln -s ../gone repo/streams/refs/gone && ln -s ../good repo/streams/refs/good
ln -s /etc/passwd repo/images/refs/bad && ln -s "../$image" repo/images/refs/good
ln -s "../objects/00/$(printf '%062d' 0)" repo/streams/missing
expected="images/$(printf '%064d' 0): leads to another object, ${image:0:2}/${image:2}
images/file: does not belong here
images/refs/bad: leads to \`/etc/passwd\`, which is no image
images/refs/file: does not belong here
notes: does not belong here
objects/${image:0:2}/short: does not belong here
objects/.cfsroot-tmp.store.0123456789ab: is left from a run that was killed; the next import or gc removes it
objects/ZZ: does not belong here
objects/cd: does not belong here
streams/bad: leads to \`/etc/passwd\`, which is no object
streams/missing: its object is missing
streams/refs/gone: dangles: \`../gone\` is missing"
try cfsroot verify repo
[[ $status == 3 && $(sort "$scratch/out") == "$(sort <<<"$expected")" ]] || complain "$(<"$scratch/out")"
try cfsroot verify repo --json
[[ $status == 3 && $(grep -c '"problem"' "$scratch/out") == 12 ]]
ok cfsroot import --repo repo tree
absent repo/objects/.cfsroot-tmp.store.0123456789ab
rm repo/meta.json
try cfsroot verify repo
grep -qx "meta.json: is missing; \`cfsroot init\` adds it" "$scratch/out"
mv repo/images elsewhere && ln -s ../elsewhere repo/images
try cfsroot verify repo
[[ $status == 3 ]] && grep -qx "images: is not a directory" "$scratch/out"
