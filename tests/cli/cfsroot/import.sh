# SPDX-License-Identifier: LGPL-2.1-or-later
# A directory, its archives and its dump give one image: the one that mkcomposefs makes.
mkdir -p tree/dir && printf small >tree/dir/small && noise 5000 >tree/dir/large
ln tree/dir/large tree/hard && ln -s dir tree/link && setfattr -n user.k -v v tree/dir
touch -d @1.5 tree/dir/small
digest=$(mkcomposefs --digest-store=objects --print-digest tree image)
ok cfsroot init --insecure repo
prints "$digest" cfsroot import --repo repo --name v1 tree
for filter in "" --gzip --zstd --xz; do
  tar --format=pax --xattrs --numeric-owner ${filter:+"$filter"} -C tree -cf tree.tar .
  prints "$digest" cfsroot import --repo repo tree.tar
done
ok cfsroot import --repo=repo --json - <tree.tar
grep -q "\"digest\": \"$digest\"" "$scratch/out"
cmp image "repo/images/refs/v1"

composefs-info dump "repo/images/$digest" >tree.dump
prints "$digest" cfsroot import --repo repo tree.dump
ok cfsroot init --insecure other
object=$(composefs-info objects image)
exits 4 "cfsroot import: tree.dump: /dir/large: object $object: it is not in the repository; --store says where else to look" \
  cfsroot import --repo other tree.dump
prints "$digest" cfsroot import --repo other --store objects - <tree.dump
same "objects/$object" "other/objects/$object"
# A store that lies.
rm -r other && ok cfsroot init --insecure other && chmod +w "objects/$object" &&
  head -c 5000 /dev/zero >"objects/$object"
exits 3 "cfsroot import: tree.dump: /dir/large: object $object: in the store it has other content" \
  cfsroot import --repo other --store objects tree.dump
absent "other/images/$digest"

# A repository inside the directory is not part of it.
touch -d @7 tree && ok cfsroot import --repo repo tree && digest=$(<"$scratch/out")
ok cfsroot init --insecure tree/repo && touch -d @7 tree && prints "$digest" cfsroot import --repo tree/repo tree
