# SPDX-License-Identifier: LGPL-2.1-or-later
title='newer entries with one try, the init of each missing or broken: the older entry boots by itself'
firmware=efi own_init=yes turns=6
turn_says='REFUSED: probe of ./usr/lib/inits/missing.: No such file or directory from its object
REFUSED: probe of ./usr/lib/inits/unsealed.: .* from its object
REFUSED: probe of ./usr/lib/inits/damaged.: unreadable at byte
Attempted to kill init! exitcode=0x00000700
REFUSED: probe of ./usr/lib/inits/plain.: not executable'
entries='damaged+0-1.conf exits+0-1.efi missing+0-1.conf old.conf plain+0-1.conf unsealed+0-1.conf'

fault() {
  inits=usr/lib/inits
  cp -a "$fixture/tree" "$work/tree"
  mkdir "$work/tree/$inits"
  for name in missing unsealed damaged exits plain; do
    printf '#!/usr/bin/sh\n# %s %5000s\nexit 7\n' "$name" '' >"$work/tree/$inits/$name"
    chmod 755 "$work/tree/$inits/$name"
  done
  chmod 644 "$work/tree/$inits/plain"
  add_image "$work/tree"
  remove "$(fixture=$work object $inits/missing)"
  unseal "$(fixture=$work object $inits/unsealed)"
  flip "$(fixture=$work object $inits/damaged)" 4500
  rm -r "$work/tree"
}

newer() {
  efi_words="root=/dev/nvme0n1 rw init=/usr/lib/inits/$1"
  entry "$other" --name "$1" --sort-key test --version "$2" --tries 1
}

# One is a unified kernel image, which has its count in the name of its file.
esp() {
  use_systemd_boot
  efi_words='root=/dev/nvme0n1 rw init=/var/case/pid1'
  entry "$digest" --name old --sort-key test --version 1
  newer missing 9
  newer unsealed 8
  newer damaged 7
  efi_words='root=/dev/nvme0n1 rw init=/usr/lib/inits/exits'
  uki "$other" EFI/Linux/exits+1.efi --os-release="$(printf 'ID=test\nVERSION_ID=6')"
  newer plain 5
}

guest() {
  root_is_composefs
  holds every try was used before -- grep -qw turn=6 /proc/cmdline
}
