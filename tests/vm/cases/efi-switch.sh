# SPDX-License-Identifier: LGPL-2.1-or-later
title='two images share objects; the newer one has one try, then the boot loader takes the older'
firmware=efi turns=2
exits='0
0'

fault() {
  cp -a "$fixture/tree" "$work/tree"
  echo newer >"$work/tree/zoo/link-new"
  "$here/../noise" 5000 >"$work/tree/zoo/size-4097"
  add_image "$work/tree"
  rm -rf "$work/tree"
}

more_files() { echo "other=$other new_objects=$new_objects" >"$1/other"; }

esp() {
  use_systemd_boot
  entry "$digest" --name old --sort-key test --version 1
  entry "$other" --name new --sort-key test --version 2 --tries 1
}

# Nobody has called the first boot good, and so the second one is the older image's.
guest() {
  # shellcheck disable=SC1091 # from more_files
  . /other
  if grep -qw turn=1 /proc/cmdline; then
    digest=$other
    holds the newer image has its file -- grep -qx newer /sysroot/zoo/link-new
  else
    holds the older image has it not -- [ ! -e /sysroot/zoo/link-new ]
  fi
  root_is_composefs
  holds two objects are the newer image alone -- [ "$new_objects" = 2 ]
  others_readable ''
}
