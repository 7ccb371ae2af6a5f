# SPDX-License-Identifier: LGPL-2.1-or-later
title='composefs.signed=NAME: other names, any change of the files, and a missing key are refused'
fault() {
  sign_name stable "v1-sha256-12:$digest"
  sign_name gone "v1-sha256-12:$(printf '%064d' 0)"
}
more_files() { put_key "$1"; }

tries() {
  composefs-setup-root --sysroot /mnt --target /run/root --cmdline "composefs.signed=$1"
}

guest() {
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
