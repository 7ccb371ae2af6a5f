# SPDX-License-Identifier: LGPL-2.1-or-later
title='composefs.signed=NAME with a key in the initramfs; any change of the files is refused'
cmdline() { echo composefs.signed=stable; }
fault() {
  sign_name stable "v1-sha256-12:$digest"
  sign_name gone "v1-sha256-12:$(printf '%064d' 0)"
}
more_files() {
  mkdir -p "$1/etc/composefs/keys"
  openssl pkey -in "$work/private.pem" -pubout -out "$1/etc/composefs/keys/test.pem"
  cp "$bin/composefs-verify-signature" "$1/bin/"
}

tries() {
  composefs-setup-root --sysroot /mnt --target /run/root --cmdline "composefs.signed=$1"
}

guest() {
  root_is_composefs
  same_as_source
  holds booted.json has the name -- grep -q '"signed": "stable"' /run/composefs/booted.json
  mkdir /mnt /run/root && mount -t ext4 /dev/nvme0n1 /mnt && cd /mnt/composefs/signed || return
  fails 'image 000.* not in the store' tries gone
  fails 'signed/none`: No such file' tries none
  cp stable other && cp stable.sig other.sig
  fails 'signed/other` is not signed by a key' tries other
  echo "v1-sha256-12:$(sha256sum stable | cut -c 1-64)" >stable
  fails 'signed/stable` is not signed by a key' tries stable
  rm /etc/composefs/keys/test.pem
  fails 'needs a key in /etc/composefs/keys' tries stable
}
