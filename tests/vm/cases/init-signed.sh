# SPDX-License-Identifier: LGPL-2.1-or-later
title='composefs-init on the newest kernel: composefs.signed=NAME, root=UUID='
kernel=newest modules=''
own_init=yes

cmdline() {
  echo "composefs.signed=stable rw init=/var/case/pid1" \
    "root=UUID=$(dumpe2fs -h "$disk" 2>/dev/null | sed -n 's/^Filesystem UUID: *//p')"
}
fault() {
  sign_name stable "v1-sha256-12:$digest"
  mkdir "$work/keys"
  openssl pkey -in "$work/private.pem" -pubout -out "$work/keys/test.pem"
}

guest() {
  root_is_composefs
  holds booted.json has the name -- grep -q '"signed": "stable"' /run/composefs/booted.json
}
