# SPDX-License-Identifier: LGPL-2.1-or-later
title='what the helper costs with fs-verity: images of 0.1, 15 and 77 MB, in at most 4 MiB of memory'
long=yes

entries='400 60000 300000'

fault() {
  local own=$digest count
  for count in $entries; do
    CFSROOT_BIN=$bin "$project/tests/bench/boot-image" "$count" "$work/image"
    put_image "$work/image" sha256
    printf "image_%s='%s %s'\n" "$count" "$digest" "$(stat -c %s "$work/image")"
  done >"$work/costs"
  digest=$own
}

more_files() {
  cp "$work/costs" "$1/costs"
  cp "$bin/cost" "$1/bin/"
}

# One run, its mount gone again; what cost says is in /run/cost.
measured() {
  cost "$@" composefs-setup-root --sysroot /run/disk --target /run/root \
    --cmdline "composefs=$image init=/usr/lib/init" 2>/run/said && tail -n 1 /run/said >/run/cost && dismantle
}

guest() {
  # shellcheck disable=SC1091 # from more_files
  . /costs
  root_is_composefs
  open_disk
  for count in $entries; do
    eval "size=\${image_$count#* } image=\${image_$count% *}"
    echo 3 >/proc/sys/vm/drop_caches
    holds "$size bytes, nothing cached," is mounted -- measured
    report "     $(cat /run/cost)"
    holds "$size bytes, all cached," is mounted -- measured
    report "     $(cat /run/cost)"
    peak=$(sed 's/.*peak_kib=//' /run/cost)
    holds "$peak KiB at most" are not over 4096 -- [ "$peak" -gt 500 -a "$peak" -le 4096 ]
    holds system calls are counted -- measured --calls
    report "     $(cat /run/cost)"
  done
}
