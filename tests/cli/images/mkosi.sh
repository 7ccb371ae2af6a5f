# SPDX-License-Identifier: LGPL-2.1-or-later
# A Debian that mkosi builds, with images/mkosi and its lines of images/README.md: the disk boots.
# Label: long
images=${test%/tests/cli/*}/images
cache=${CFSROOT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/cfsroot}/mkosi
system=$("$images/debs" system systems/mkosi trixie apt mount mkosi systemd-ukify systemd-boot-efi dosfstools \
  mtools fdisk libext2fs2t64 libarchive13t64 libxxhash0)
mkdir -p "$cache/packages" && work=$(mktemp -d "$cache/work.XXXXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit
mkdir -p out mkosi.sandbox/etc/apt/sources.list.d mkosi.extra/{sysroot,usr/lib/{composefs,dracut/modules.d}}
cp "$images"/mkosi/mkosi.* .
cp -L "$scratch/bin/composefs-setup-root" mkosi.extra/usr/lib/composefs/
cp -r "$images/../dracut-module/50composefs" mkosi.extra/usr/lib/dracut/modules.d/
# From one archive alone: mkosi's own list has others, which a mirror may lack.
cat >mkosi.sandbox/etc/apt/sources.list.d/mkosi.sources <<END
Types: deb
URIs: $("$images/debs" mirror)
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
END
sed -n '/^    \[Distribution\]/,/^$/s/^    //p' "$images/README.md" >mkosi.conf
printf '[Build]\nBuildSources=\nPackageCacheDirectory=/mnt/packages\nWorkspaceDirectory=..\n' >>mkosi.conf
mkdir programs && cp -L "$scratch"/bin/{mkcomposefs,cfsroot} programs/

try "$images/chroot" "$system" "$cache" sh -c "cd ${work##*/} && cp programs/* /usr/bin/ && mkosi build"
[[ $status == 0 ]] || complain "mkosi: $(tail -n 20 "$scratch/err")"
digest=$(<out/cfsroot/digest)
prints "$digest" mkcomposefs --print-digest-only out/image # what mkosi gives away is what is on the disk
[[ ! $(ls out/image/boot) ]] || complain "kernel or initramfs are in the image, too"
start=$(sfdisk --json out/cfsroot/disk.img | sed -n 's/.*"start": *\([0-9]*\).*/\1/p' | tail -n 1)
try e2fsck -fn "out/cfsroot/disk.img?offset=$((start * 512))"
[[ $status == 0 ]] || complain "$(<"$scratch/out")"
ok "$images/boot" --append systemd.firstboot=no --expect 'login:' --timeout 300 out/cfsroot/disk.img
