# SPDX-License-Identifier: LGPL-2.1-or-later
mkdir tree
seq 5000 >tree/file
echo old >disk.img
mkcomposefs --digest-store=store tree image
composefs-info dump image >tree.dump
refuses() { exits "$1" "cfsroot disk: $2" cfsroot disk --type=ext4 "${@:3}"; }

# Contents that are not there, or are not what they are called.
object=store/$(digest_of tree/file | sed 's/^../&\//')
flip "$object" 0
refuses 3 "disk.img: $object: is not what its digest $(digest_of tree/file) says; it is damaged, or was changed meanwhile" \
  --store=store disk.img tree.dump
# Nor would overlayfs find an object by a path with two slashes.
sed 's, \(../[0-9a-f]*\) , /\1 ,' tree.dump >slash.dump
refuses 1 "disk.img: slash.dump: /file: its object is \`/${object#store/}\`, not that of its digest, ${object#store/}" \
  --store=store disk.img slash.dump
rm "$object"
refuses 4 "disk.img: tree.dump: /file: no content in store: No such file or directory" --store=store disk.img tree.dump

# A file that this user may not read is named, nothing is written, nothing is left.
if ((EUID == 0)); then
  chmod 600 tree/file
  chmod 777 . disk.img
  exits 1 "cfsroot disk: disk.img: error computing digest: Permission denied (tree/file)" \
    setpriv --reuid=1000 --clear-groups --inh-caps=-all "$(readlink -f "$(command -v cfsroot)")" disk disk.img tree
fi
[[ $(<disk.img) == old && $(find . -name '.cfsroot*') == "" ]]
