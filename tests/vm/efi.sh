# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Light cases that boot as firmware does, sourced by run: images/boot with a FAT disk, and the sealed
# disk beside it. What follows is for a case's esp(), which fills the directory $esp; words beside those
# of every machine are in efi_words.
# shellcheck shell=bash disable=SC2154,SC2034 # run sets and reads the variables

efi_words=''

use_systemd_boot() {
  mkdir -p "$esp/EFI/BOOT" "$esp/loader"
  cp "$efi/usr/lib/systemd/boot/efi/systemd-bootx64.efi" "$esp/EFI/BOOT/BOOTX64.EFI"
  echo 'timeout 0' >"$esp/loader/loader.conf"
}

# uki DIGEST PATH [UKIFY-OPTION...]
uki() {
  mkdir -p "$(dirname "$esp/$2")"
  "$bin/cfsroot" uki --ukify "$efi/bin/ukify" --digest "$1" --kernel "$kernel_dir/vmlinuz" \
    --initrd "$work/initramfs.cpio" --cmdline "$machine_words $efi_words" --output "$esp/$2" -- \
    --uname="$version" --os-release=ID=test "${@:3}"
}

# entry DIGEST [OPTION...]
entry() {
  "$bin/cfsroot" entry --digest "$1" --kernel "$kernel_dir/vmlinuz" --initrd "$work/initramfs.cpio" \
    --cmdline "$machine_words $efi_words" "${@:2}" "$esp" >>"$work/entry.log"
}

# Keys of this run; their db key signs.
signing=(--secureboot-private-key="$vm/keys/db.key" --secureboot-certificate="$vm/keys/db.crt")
sign() {
  "$efi/bin/sbsign" --key "$vm/keys/db.key" --cert "$vm/keys/db.crt" --output "$1" "$1" \
    2>>"$work/sbsign.log"
}

make_esp() {
  local size
  esp=$work/esp
  mkdir "$esp"
  esp
  size=$(($(du -sm "$esp" | cut -f1) + 40))
  truncate -s "${size}M" "$work/esp.img"
  mkfs.vfat -F 32 "$work/esp.img" >"$work/mkfs.log"
  mcopy -s -i "$work/esp.img" "$esp"/* ::/
}

# The firmware's disk keeps what the boot loader writes. The guest learns by `turn=` how often it was
# booted.
efi_machine() {
  local turn options
  rm -f "$work"/{console,ttyS1,stuck}*
  cp --sparse=always "$work/esp.img" "$work/turns.img"
  for ((turn = 1; turn <= turns; turn++)); do
    options=(--write --append "turn=$turn" --timeout "$limit" --log "$work/console.$turn" --memory 512)
    [[ ! $firmware_says ]] || options+=(--expect "$firmware_says")
    [[ ! $tpm ]] || options+=(--tpm)
    [[ $firmware != secure-boot ]] || options+=(--secure-boot "$vm/keys")
    "$project/images/boot" "${options[@]}" "$work/turns.img" -- -serial file:"$work/ttyS1.$turn" \
      -drive if=none,id=sysroot,file="$disk",format=raw,cache=unsafe,snapshot=on \
      -device nvme,drive=sysroot,serial=sysroot 2>>"$work/boot.log" ||
      echo "turn $turn did not end by itself" >>"$work/stuck"
    cat "$work/console.$turn" >>"$work/console"
    # The firmware's colours, too, go to every serial port.
    sed 's/\r//g; s/\x1b\[[0-9;=]*[a-zA-Z]//g' "$work/ttyS1.$turn" >>"$work/ttyS1"
  done
  cp "$work/ttyS1" "$work/report"
}

# On the disk of the firmware, which may be a part of a disk.
entry_names() {
  mdir -b -/ -i "$work/turns.img${esp_offset:+@@$esp_offset}" ::/ |
    sed -En 's,^::/(loader/entries|EFI/Linux)/(.+),\2,p' | LC_ALL=C sort | xargs
}

# efi_verdict: what is not as turn_says and entries have it, and turns that only the clock ended: nobody
# is there to press a key.
efi_verdict() {
  local turn=0 words left
  [[ ! -e $work/stuck ]] || cat "$work/stuck"
  while [[ $turn_says ]] && read -r words; do
    turn=$((turn + 1))
    grep -aEq -e "$words" "$work/console.$turn" || echo "turn $turn does not say: $words"
  done <<<"$turn_says"
  left=$(entry_names)
  [[ ! $entries || $left == "$entries" ]] || echo "entries are named $left"
}

boot_efi() {
  esp_offset=
  efi=$("$project/images/efi")
  (
    flock 9
    [[ -e $vm/keys/db.crt ]] || "$project/images/keys" "$vm/keys"
  ) 9>"$vm/keys.lock"
  make_esp
  boot efi_machine
}
