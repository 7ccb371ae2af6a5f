# SPDX-License-Identifier: LGPL-2.1-or-later
# Unlike the reference: IMAGE inside SOURCE is not part of the image, nor is any temporary of ours.
ours || exit 0
mkdir -p src/sub
head -c 100 /dev/zero >src/file
ok mkcomposefs --use-epoch src wanted
touch -r wanted stamp

ok mkcomposefs --use-epoch src src/image
same wanted src/image
ok mkcomposefs --use-epoch src src/image
same wanted src/image
mv src/image src/sub/image
ok mkcomposefs --use-epoch src src/sub/image
same wanted src/sub/image
rm src/sub/image

# What a killed run left behind, beside IMAGE or in the store.
touch src/.cfsroot-tmp.image.0123456789ab
ok mkcomposefs --use-epoch src src/image
same wanted src/image
absent src/.cfsroot-tmp.image.0123456789ab
rm src/image

# A store inside SOURCE: its objects are files like any other, its temporaries are not.
ok mkcomposefs --use-epoch --digest-store=src/store src first
ok mkcomposefs --use-epoch --digest-store=src/store src second
ok composefs-info ls second
[[ $(grep -c tmp "$scratch/out") == 0 ]] || complain "$(<"$scratch/out")"
