# SPDX-License-Identifier: LGPL-2.1-or-later
mkdir tree && noise 5000 >tree/a && printf small >tree/b
digest=$(mkcomposefs --digest-store=store --print-digest tree image)
prints "1 image, 0 objects: good" cfsroot verify image
prints "1 image, 1 object: good" cfsroot verify --store store --digest "$digest" image
try cfsroot verify --digest "${digest//[0-7]/8}" image
[[ $status == 3 && $(<"$scratch/out") == "image: has another digest: $digest" ]]
object=$(composefs-info objects image)
composefs-info dump image | sed 's,^/a 5000 ,/a 4000 ,' | mkcomposefs --from-file - longer
try cfsroot verify --store store longer
[[ $status == 3 && $(<"$scratch/out") == "longer: says 4000 bytes of the object $object, which has 5000" ]] || complain "$(<"$scratch/out")"
chmod +w "store/$object" && printf x >>"store/$object"
try cfsroot verify --store store image
[[ $status == 3 && $(<"$scratch/out") == "store/$object: has other content: "* ]]
rm "store/$object"
try cfsroot verify --store store image
[[ $status == 3 && $(<"$scratch/out") == "store/$object: is missing" ]]
head -c 5000 image >image.cut
try cfsroot verify image.cut
[[ $status == 3 && $(<"$scratch/out") == "image.cut: not a readable image: "* ]]
# An object that is not the one of its digest would never be found at boot.
for wrong in aa/bb "/$object"; do # overlayfs takes no path with two slashes
  composefs-info dump image | sed "s,$object,$wrong," | mkcomposefs --from-file - odd
  try cfsroot verify odd
  [[ $status == 3 && $(<"$scratch/out") == "odd: not a readable image: /a: its object is \`$wrong\`, not that of its digest, "* ]]
done

exits 2 "cfsroot verify: --digest: \`12\` is neither 64 nor 128 hex digits; cfsroot verify --help says more" cfsroot verify --digest 12 image
exits 4 "cfsroot verify: none: No such file or directory" cfsroot verify none
exits 2 "cfsroot verify: image: IMAGEs can be chosen from a repository only; cfsroot verify --help says more" cfsroot verify image "$digest"
ok cfsroot init --insecure repo
exits 2 "cfsroot verify: --store and --digest are for an image in a file; cfsroot verify --help says more" cfsroot verify --store store repo
