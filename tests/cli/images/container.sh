# SPDX-License-Identifier: LGPL-2.1-or-later
# A container of podman as a disk, by the lines of images/README.md: it boots, file capabilities are kept.
# Label: long
project=${test%/tests/cli/*}
export CFSROOT_BIN=$scratch/bin
tools=$("$project/images/debs" system systems/podman bookworm podman buildah crun ca-certificates)
packages=systemd-sysv,udev,dbus,kmod,e2fsprogs,zstd,dracut,linux-image-cloud-amd64,libcap2-bin
ln -s "$project/images" .
cp -L "$scratch/bin/composefs-setup-root" .
cp -r "$project/dracut-module/50composefs" .
INITRD=No try mmdebstrap --variant=essential --mode=root --aptopt='APT::Install-Recommends "false"' \
  --include="$packages" trixie base.tar "$(images/debs mirror)"
[[ $status == 0 ]] || complain "$(grep '^E: ' "$scratch/err")"

# From the text: what the container is made with, and the commands.
recipe=$(sed -n '/^\*\*A container build/,/^\*\*Yocto/s/^    //p' images/README.md)
{
  printf 'FROM scratch\nADD base.tar /\nRUN setcap cap_net_raw+ep /usr/bin/env\n'
  sed '/^podman/,$d' <<<"$recipe"
} >Containerfile
# Nothing but what a chroot can do: layers in plain directories, no container for RUN.
{
  printf 'set -eu\nexport BUILDAH_ISOLATION=chroot\n'
  printf 'printf "[storage]\\ndriver = \\"vfs\\"\\ngraphroot = \\"/var/lib/containers\\"\\n'
  printf 'runroot = \\"/run/containers\\"\\n" >/etc/containers/storage.conf\n'
  grep '^podman' <<<"$recipe"
} >build.sh
try images/chroot "$tools" . sh build.sh
[[ $status == 0 ]] || complain "podman: $(tail -n 5 "$scratch/err")"
# shellcheck disable=SC2046 # several words
try $(grep '^images/bootable ' <<<"$recipe")
[[ $status == 0 ]] || complain "$(<"$scratch/err")"
digest=$(<out/digest)
ok cfsroot init --insecure repo
try cfsroot import --repo=repo system.tar
[[ $(<"$scratch/out") == "$digest" ]] || complain "$digest is not the image of system.tar"
composefs-info dump "repo/images/$digest" | grep '^/usr/bin/env .*security.capability=' >capability
ok images/boot --expect 'login:' --timeout 300 out/disk.img
