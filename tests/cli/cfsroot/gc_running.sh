# SPDX-License-Identifier: LGPL-2.1-or-later
ok cfsroot init --insecure repo
for i in 1 2; do mkdir -p t$i && seq "${i}000" >t$i/own && seq 7000 >t$i/all; done
one=$(cfsroot import --repo repo t1)
ok cfsroot import --repo repo t2
ok cfsroot remove --repo repo "$one"

# What runs is needed, whatever became of its link.
mkdir -p host/proc/self
echo "22 1 0:21 / / ro - overlay composefs:$one ro,lowerdir+=/x,verity=require" >host/proc/self/mountinfo
prints "removed 0 objects, 0 bytes; 5 are needed" cfsroot gc --repo repo --root host
# As one of very many mounts, too.
layers=$(printf '/layer/%d:' {1..20})
for i in {1..6000}; do echo "$i 22 0:$i / /c/$i rw - overlay overlay rw,lowerdir=$layers"; done >>host/proc/self/mountinfo
(($(stat -c %s host/proc/self/mountinfo) > 1 << 20))
prints "removed 0 objects, 0 bytes; 5 are needed" cfsroot gc --repo repo --root host
# Also when something else is mounted on /; and when its image came with the initramfs.
echo "22 1 0:21 / / rw - tmpfs tmpfs rw" >host/proc/self/mountinfo && mkdir -p host/run/composefs host/sysroot
echo "{\"digest\": \"$one\"}" >host/run/composefs/booted.json
prints "removed 0 objects, 0 bytes; 5 are needed" cfsroot gc --repo repo --root host
image=repo/objects/${one:0:2}/${one:2}
mv "$image" away
fails "cfsroot gc: $one: this system runs it, and what it needs is not known: the image is not in repo" \
  cfsroot gc --repo repo --root host
mv away "$image"
exits 4 "cfsroot gc: open \`none/proc/self/mountinfo\`: No such file or directory" cfsroot gc --repo repo --root none
