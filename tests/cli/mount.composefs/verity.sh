# SPDX-License-Identifier: LGPL-2.1-or-later
# Which of verity, tryverity and noverity counts, where contents cannot be checked: /proc has no fs-verity.
mkcomposefs --from-file - image <<<"$root"
mkdir mnt
required() {
  # shellcheck disable=SC2016 # backquotes of the message
  fails 'mount.composefs: Failed to mount composefs image: contents cannot be checked: the file system of `/proc` has no fs-verity (noverity mounts without that)' \
    mount.composefs -o "basedir=/proc,$1" image mnt
}
not_required() { # gets as far as the mount point, or to where it takes root
  try mount.composefs -o "basedir=/proc,$1" image none
  [[ $status == 1 && $(<"$scratch/err") != *'cannot be checked'* ]] || complain "$status $(<"$scratch/err")"
}
required verity
required verity,tryverity
required tryverity,verity
required noverity,verity
required verity,noverity,verity,tryverity
not_required tryverity
not_required noverity
not_required verity,noverity
not_required tryverity,noverity
