# SPDX-License-Identifier: LGPL-2.1-or-later
# A whole repository goes onto a disk, with every name in it, and comes off it as it was.
PATH=$PATH:/sbin
mkdir -p tree other/var
seq 5000 >tree/file
seq 6000 >other/var/state
ok cfsroot init --insecure --erofs-format=1 repo
ok cfsroot import --repo=repo --name=os/1 tree
ok cfsroot import --repo=repo --name=now other
object=$(digest_of tree/file)
mkdir -p repo/streams/refs
ln -s "../objects/${object:0:2}/${object:2}" repo/streams/stream
ln -s ../stream repo/streams/refs/name
ok cfsroot disk --type=ext4 --var=none --ref=extra disk.img repo
mkdir back
debugfs -R 'rdump composefs back' disk.img >/dev/null 2>&1
list() { (cd "$1" && find . -type l -printf '%p %l\n' -o -type f -exec sha256sum {} + | sort); }
diff <(list repo) <(list back/composefs | grep -v 'refs/extra')
[[ $(list back/composefs) == *'./images/refs/extra ../'* ]]
ok cfsroot images --repo=back/composefs os/1 now extra
# An image that two sources have is printed once.
ok cfsroot disk --type=ext4 twice.img repo repo:repo
[[ $(wc -l <"$scratch/out") == 2 ]]

# What a run that goes on, or was killed, has there is none of its objects.
mkdir repo/objects/.cfsroot-tmp.store.0123456789ab && echo x >repo/objects/.cfsroot-tmp.store.0123456789ab/0
ok cfsroot disk --type=ext4 again.img repo repo:repo
same twice.img again.img

# What is no object, and what is no image, is refused by name.
echo x >repo/objects/"${object:0:2}"/stray
exits 1 "cfsroot disk: disk.img: repo/objects/${object:0:2}/stray: not an object of this repository" \
  cfsroot disk disk.img repo
rm repo/objects/"${object:0:2}"/stray
sed -i 's/"read-only-compatible": \[/&"new", /' repo/meta.json
exits 5 "cfsroot disk: disk.img: repo: has the feature \`new\`, which is not known here" \
  cfsroot disk disk.img repo
