# SPDX-License-Identifier: LGPL-2.1-or-later
# T48
# A host as composefs-setup-root leaves it, as files.
mkdir -p host/run/composefs host/proc/self host/sysroot tree && echo hi >tree/f
ok cfsroot init --insecure host/sysroot/composefs
image=$(cfsroot import --repo host/sysroot/composefs --name v1 tree)
upper=host/sysroot/state/deploy/$image/etc/upper && mkdir -p "$upper/sub/deep" && touch "$upper/sub/new"
mounts() {
  printf '%s\n' "22 1 0:21 / / ro - overlay composefs:$image ro,lowerdir+=/x,verity=require" \
    "23 22 0:22 / /etc rw,nosuid - overlay overlay rw" "24 22 8:2 /state /var rw - ext4 /dev/vda2 rw"
}
record() {
  printf '{"version": 1, "digest": "%s", "signed": null, "etc": "overlay", "var": "bind"}' "$image"
}
mounts >host/proc/self/mountinfo && record >host/run/composefs/booted.json
echo "root=/dev/vda2 composefs=$image quiet" >host/proc/cmdline
expected="image    $image
files    the kernel compares each with its digest (verity=require)
asked for $image, fs-verity required
/etc     overlay (overlay)
         1 files of its own, 0 hidden
/var     bind (ext4)
there is $image (running) v1"
prints "$expected" cfsroot status --root host
if [[ $EUID == 0 ]]; then
  mknod "$upper/passwd" c 0 0 && setfattr -n trusted.overlay.opaque -v y "$upper/sub/deep"
  prints "${expected/0 hidden/2 hidden
hidden   /etc/passwd
hidden   /etc/sub/deep/ as the image has it}" cfsroot status --root host
  ok cfsroot status --root host --json
  [[ $(grep -c '"path": "/etc/' "$scratch/out") == 2 ]]
fi
