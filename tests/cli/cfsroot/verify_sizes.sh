# SPDX-License-Identifier: LGPL-2.1-or-later
# An image that says another size than its object has: mkcomposefs makes it of a file that grows.
ok cfsroot init --insecure repo
mkdir tree && noise 5000 >tree/a
good=$(cfsroot import --repo repo tree)
composefs-info dump "repo/objects/${good:0:2}/${good:2}" | sed 's,^/a 5000 ,/a 4000 ,' |
  mkcomposefs --from-file - image
bad=$(digest_of image)
mkdir -p "repo/objects/${bad:0:2}" && cp image "repo/objects/${bad:0:2}/${bad:2}"
ln -s "../objects/${bad:0:2}/${bad:2}" "repo/images/$bad"
a=$(digest_of tree/a)
for of in "" "$bad"; do
  try cfsroot verify repo ${of:+"$of"}
  [[ $status == 3 && $(<"$scratch/out") == "images/$bad: says 4000 bytes of the object ${a:0:2}/${a:2}, which has 5000" ]]
done
prints "1 image, 2 objects: good" cfsroot verify repo "$good"
