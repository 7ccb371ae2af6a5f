# SPDX-License-Identifier: LGPL-2.1-or-later
ok cfsroot init --insecure repo
for i in 1 2 3; do mkdir -p t$i && seq "${i}000" >t$i/own && seq 7000 >t$i/all; done
one=$(cfsroot import --repo repo --name os/1 t1) two=$(cfsroot import --repo repo --name os/2 t2)
three=$(cfsroot import --repo repo t3)
ok cfsroot import --repo repo --name stable t1
names() { (cd repo/images && find refs -type l | sort | tr '\n' ' '); }

# A name goes; its image only with the last one.
prints "removed the name os/1" cfsroot remove --repo repo os/1
[[ $(names) == "refs/os/2 refs/stable " ]]
prints "removed the name os/2
removed the image $two" cfsroot remove --repo repo refs/os/2
[[ $(names) == "refs/stable " && ! -e repo/images/refs/os ]]
# A digest takes all names along; several at once.
ok cfsroot import --repo repo --name other t1
prints "removed the name other
removed the name stable
removed the image $one
removed the image $three" cfsroot remove --repo repo "$one" "${three:0:12}" "${three:0:12}"
prints "" cfsroot images --repo repo

# Nothing is removed unless everything can be; what runs stays; nor while somebody is at work here.
one=$(cfsroot import --repo repo --name os/1 t1)
exits 4 "cfsroot remove: repo: has no image \`nope\`" cfsroot remove --repo repo os/1 nope
mkdir -p host/proc/self
echo "22 1 0:21 / / ro - overlay composefs:$one ro,lowerdir+=/x,verity=require" >host/proc/self/mountinfo
fails "cfsroot remove: $one: this system runs it; boot another image first" \
  cfsroot remove --repo repo --root host os/1
echo "22 1 0:21 / /run/nextroot ro - overlay composefs:$one ro" >host/proc/self/mountinfo
fails "cfsroot remove: $one: this system runs it; boot another image first" \
  cfsroot remove --repo repo --root host "$one"
ln -s "$one" repo/images/refs/odd
fails "cfsroot remove: repo/images/refs/odd: is no image's name; cfsroot verify lists what is wrong" \
  cfsroot remove --repo repo os/1
rm repo/images/refs/odd
exec 7<repo && flock -s 7
fails "cfsroot remove: repo: other programs use it; try again when they are done" \
  cfsroot remove --repo repo os/1
exec 7<&-
# A name whose image is gone.
rm "repo/images/$one"
prints "removed the name os/1" cfsroot remove --repo repo os/1
[[ ! $(names) ]]
