# SPDX-License-Identifier: LGPL-2.1-or-later
title='newer entries with tries, the image of each missing or damaged: the older entry boots by itself'
long=yes
firmware=efi own_init=yes turns=8
turn_says='REFUSED: image [0-9a-f]{64} not in the store
REFUSED: image [0-9a-f]{64} not in the store
REFUSED: digest differs
REFUSED: image unreadable at byte 0
REFUSED: image unreadable at byte [1-9]
REFUSED: image unreadable
REFUSED: image has no fs-verity'
entries='another+0-1.conf hash-tree+0-1.conf middle+0-1.conf missing+0-2.conf old.conf superblock+0-1.conf unsealed+0-1.conf'

image() { sed 's|^..|&/|' "$work/$1"; }

fault() {
  cp -a "$fixture/tree" "$work/tree"
  for name in missing another superblock middle hash-tree unsealed; do
    echo "$name" >"$work/tree/zoo/name"
    add_image "$work/tree"
    echo "$other" >"$work/$name"
  done
  rm -r "$work/tree"
  remove "$(image missing)"
  replace "$(image another)" "$(image_object)"
  flip "$(image superblock)" 1100
  flip "$(image middle)" $(($(size_of "$(image middle)") / 2))
  flip_hash_tree "$(image hash-tree)"
  unseal "$(image unsealed)"
}

# The first is restarted by the words that a try gets, ten seconds later; the others at once.
esp() {
  use_systemd_boot
  efi_words='root=/dev/nvme0n1 rw init=/var/case/pid1'
  entry "$digest" --name old --sort-key test --version 1
  (
    machine_words=${machine_words/ panic=-1/}
    entry "$(cat "$work/missing")" --name missing --sort-key test --version 9 --tries 2
  )
  order=9
  for name in another superblock middle hash-tree unsealed; do
    order=$((order - 1))
    entry "$(cat "$work/$name")" --name "$name" --sort-key test --version "$order" --tries 1
  done
}

guest() {
  root_is_composefs
  holds every try was used before -- grep -qw turn=8 /proc/cmdline
}
