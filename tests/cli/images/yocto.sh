# SPDX-License-Identifier: LGPL-2.1-or-later
# Label: long
# Owners, devices and capabilities that only fakeroot knows, the tar that Yocto makes of them, and the lines
# of images/README.md: all by somebody without rights, in another Debian than this one. The disk boots.
project=${test%/tests/cli/*}
system=$("$project/images/debs" system systems/yocto trixie fakeroot attr busybox-static systemd-ukify \
  systemd-boot-efi dosfstools mtools e2fsprogs fdisk libarchive13t64 libxxhash0)
export CFSROOT_BIN=$scratch/bin
kernel=$("$project/tests/vm/kernels" 6.12)
mkdir deploy programs
cp -L "$scratch/bin/cfsroot" programs/
cp "$kernel/vmlinuz" deploy/bzImage
"$project/images/initramfs" "$kernel/modules" initramfs.cpio virtio_blk virtio_pci ext4
gzip <initramfs.cpio >deploy/initramfs.cpio.gz
cat >init <<'END'
#!/bin/busybox sh
echo "as built: $(busybox stat -c %u:%g:%a /bin/busybox) $(busybox stat -c %t:%T:%u:%g /usr/lib/device)"
busybox poweroff -f
END
cat >tree.sh <<'END'
mkdir -p root/{bin,dev,etc,proc,sbin,sys,sysroot,usr/lib,var}
install --owner=12 --group=34 --mode=4755 /bin/busybox root/bin/
install init root/sbin/init
setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 root/sbin/init
mknod root/usr/lib/device c 1 9
chown 5:77 root/usr/lib/device
tar --xattrs '--xattrs-include=*' --sort=name --format=posix --pax-option=delete=atime,delete=ctime \
  --numeric-owner -cf deploy/image.tar -C root .
WORKDIR=. IMGDEPLOYDIR=deploy DEPLOY_DIR_IMAGE=deploy IMAGE_LINK_NAME=image PATH=programs:$PATH
END
sed -n '/^\*\*Yocto/,/^## /s/^    //p' "$project/images/README.md" >>tree.sh
chown -R nobody . && chmod 755 ..
try "$project/images/chroot" "$system" . setpriv --reuid=nobody --regid=nogroup --clear-groups \
  bash -euc 'cp /usr/lib/systemd/boot/efi/linuxx64.efi.stub deploy/ && fakeroot bash -eu tree.sh'
[[ $status == 0 ]] || complain "$(<"$scratch/err")"
digest=$(<"$scratch/out")
composefs-info dump "repo/images/$digest" | grep "^/sbin/init .*security.capability=" >capability
ok "$project/images/boot" --append console=ttyS0 --expect 'as built: 12:34:4755 1:9:5:77' --timeout 100 \
  deploy/system.img
