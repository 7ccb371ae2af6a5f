# SPDX-License-Identifier: LGPL-2.1-or-later
# A digest is taken by its full length, or not at all.
mkcomposefs --from-file - image <<<"$root"
mkdir mnt objects
digest=$(digest_of image)
invalid() {
  fails "mount.composefs: Value for digest option is not valid: a digest has 64 or 128 hex digits, \`$1\` has $2 characters" \
    mount.composefs -o "basedir=objects,digest=$1" image mnt
}
invalid "${digest:1}" 63
invalid "${digest:2}" 62
invalid "${digest}0" 65
invalid "${digest:1}g" 64
invalid "=$digest" 65

# This file system or this file has no fs-verity: nothing is computed instead.
fails 'mount.composefs: Failed to mount composefs image: Image has no fs-verity (the image has no fs-verity)' \
  mount.composefs -o "basedir=objects,digest=$digest" image mnt
fails 'mount.composefs: Failed to mount composefs image: Image has no fs-verity (the image has no fs-verity)' \
  mount.composefs -o "basedir=objects,noverity,digest=$digest$digest" image mnt
: >image
fails 'mount.composefs: Failed to mount composefs image: not a composefs image' \
  mount.composefs -o basedir=objects image mnt
