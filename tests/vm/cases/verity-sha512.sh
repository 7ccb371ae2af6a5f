# SPDX-License-Identifier: LGPL-2.1-or-later
title='a disk with SHA-512: the kernel measures every sealed file as its name says'

fault() {
  digest=$("$bin/cfsroot" disk --type=ext4 --algorithm=sha512 "$disk" "$fixture/tree")
}

guest() {
  root_is_composefs
  measured_as_named sha512
  holds meta.json says so -- fsverity measure ../meta.json
  same_as_source
}
