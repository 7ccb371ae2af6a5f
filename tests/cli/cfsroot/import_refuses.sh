# SPDX-License-Identifier: LGPL-2.1-or-later
# T20 T21
ok cfsroot init --insecure repo
mkdir tree && head -c 100 /dev/zero >tree/f && tar -C tree -cf tree.tar . && head -c 1536 tree.tar >cut.tar
fails "cfsroot import: cut.tar: the archive has no end mark: it is cut short" cfsroot import --repo repo cut.tar
cat tree.tar tree.tar >twice.tar
fails "cfsroot import: twice.tar: there is more behind the archive's end mark" cfsroot import --repo repo twice.tar
tar -P -cf absolute.tar "$PWD/tree"
try cfsroot import --repo repo absolute.tar
[[ $status == 1 ]] && grep -q "name is absolute; only relative names are taken" "$scratch/err"
tar -P -cf dots.tar --transform='s,^tree,../tree,' tree
fails "cfsroot import: dots.tar: member \`../tree/\`: name has \`..\` in it" cfsroot import --repo repo dots.tar
exits 4 "cfsroot import: none: No such file or directory" cfsroot import --repo repo none
exits 4 "cfsroot import: repository nowhere: No such file or directory" cfsroot import --repo nowhere tree
exits 4 "cfsroot import: tree: is not a repository (no meta.json, no objects); \`cfsroot init\` makes one" \
  cfsroot import --repo tree tree
exits 2 "cfsroot import: \`../x\` cannot name an image: a part of it is empty, \`.\` or \`..\`; cfsroot import --help says more" \
  cfsroot import --repo repo --name ../x tree
exits 2 "cfsroot import: SOURCE is required; cfsroot import --help says more" cfsroot import --repo repo
for source in tree tree.tar; do
  exits 2 "cfsroot import: $source: is no dump; --store is for dumps; cfsroot import --help says more" \
    cfsroot import --repo repo --store nope $source
done
printf '/ 0 40755 1 0 0 0 0.0 - - -\n/f 9 100644 1 0 0 0 0.0 x - -\n' >dump
fails "cfsroot import: dump: /f: has no digest to check its object \`x\` with" cfsroot import --repo repo dump
printf '/ 0 40755 1 0 0 0 0.0 - - -\n/f 9 100644 1 0 0 0 0.0 x - %064d\n' 1 >dump
fails "cfsroot import: dump: /f: its object is \`x\`, not that of its digest, 00/$(printf '%062d' 1)" \
  cfsroot import --repo repo dump
fails "cfsroot import: tree.tar: Not a directory" cfsroot import --repo repo dir:tree.tar
fails "cfsroot import: repo: is a repository; dir:repo takes it as a directory" cfsroot import --repo repo repo
mkcomposefs tree image && : >empty && echo junk >junk
wrong() { fails "cfsroot import: $1: $2; give a directory, a dump or a tar archive instead" cfsroot import --repo repo "$1"; }
wrong image "is an image already"
wrong empty "is empty"
wrong junk "is neither a dump nor a tar archive"
# Nothing of all that is left.
prints "" cfsroot images --repo repo
[[ ! $(find repo -type f ! -name meta.json) && ! $(find repo -name '.cfsroot*') ]]
