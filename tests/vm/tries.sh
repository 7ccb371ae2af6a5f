# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Full cases with several images, sourced by run: firmware, systemd-boot, which counts tries, and one
# disk with all of it, whose writes stay. Every image is the system with the assessment of boots enabled:
#
# `images` has a line NAME TRIES [uki] for each image that is newer than the system's own, the newest
# first; there change NAME is called in its root, and fault() may damage what disk.sh knows. `old`, which
# has no count, is the system itself. guest() runs in the image `ends_in`, whose shutdown is the end; all others
# have to restart by themselves.
# shellcheck shell=bash disable=SC2154,SC2034 # run sets and reads the variables

tries_words='root=LABEL=sysroot rw mitigations=off systemd.default_timeout_start_sec=600'
tries_words+=' systemd.mask=serial-getty@ttyS0.service'

# As an administrator does it.
enable_assessment() {
  cp "$project"/dracut-module/composefs-{assess,restart}.service usr/lib/systemd/system/
  systemctl --root="$PWD" --quiet enable composefs-assess.service systemd-boot-check-no-failures.service
}

# own PATH: a program of the image with content of its own; what happens to its object happens to no other
own() { echo "of ${PWD##*/}" >>"$1"; }

# digest_of NAME, and the object of an image or of a file in its root
digest_of() { cat "$work/$1.digest"; }
image_of() { sed 's|^..|&/|' "$work/$1.digest"; }
object_of() {
  local hex
  hex=$(fsverity digest --compact "$work/roots/$1/$2")
  echo "${hex:0:2}/${hex:2}"
}

# make_image NAME VERSION KIND [--tries N]: its root, and entry or unified kernel image
make_image() {
  local root=$work/roots/$1 name=$1 version=$2 kind=$3
  local what=(--kernel "$system/vmlinuz" --initrd "$system/initrd" "${@:4}"
    --cmdline "${machine_words/ panic=-1/} $tries_words")
  mkdir -p "$work/roots"
  cp -a --reflink=auto "$system/root" "$root"
  (cd "$root" && enable_assessment && if [[ $name != old ]]; then change "$name"; fi)
  "$bin/mkcomposefs" --print-digest-only "$root" >"$work/$name.digest"
  what+=(--digest "$(digest_of "$name")")
  case $kind in
    entry)
      "$bin/cfsroot" entry "${what[@]}" --name "$name" --sort-key test --version "$version" "$esp" >>"$work/entry.log"
      ;;
    uki)
      mkdir -p "$esp/EFI/Linux"
      printf '%s\n' ID=test "VERSION_ID=$version" >"$work/os-release"
      "$bin/cfsroot" uki --ukify "$efi/bin/ukify" "${what[@]}" --os-release "$work/os-release" \
        --output "$esp/EFI/Linux/$name.efi"
      ;;
  esac
  sources=("dir:$root" "${sources[@]}")
}

make_tries_disk() {
  local name tries kind version=100 sources=()
  efi=$("$project/images/efi")
  esp=$work/esp
  use_systemd_boot
  make_image old 1 entry
  while read -r name tries kind; do
    make_image "$name" $((version -= 1)) "${kind:-entry}" --tries "$tries"
  done <<<"$images"
  "$bin/cfsroot" disk --esp="$esp" --esp-size=128M "$work/disk.img" "${sources[@]}" >"$work/digests"
  read -r esp_offset root_offset < <(sfdisk --json "$work/disk.img" |
    sed -n 's/.*"start": *\([0-9]*\).*/\1*512/p' | xargs)
  esp_offset=$((esp_offset))
  disk="$work/disk.img?offset=$((root_offset))"
  fault
  rm -r "$work/roots" "$esp"
}

# tried BEFORE AFTER: the entry that has another count after a boot; none has: the one that is not counted
tried() {
  local changed
  changed=$(comm -23 <(tr ' ' '\n' <<<"$1") <(tr ' ' '\n' <<<"$2"))
  changed=${changed%.*}
  echo "${changed:-not counted}"
}

# Turn by turn; what happened in each is in $work/turns.
tries_machine() {
  local turn=0 before began
  rm -f "$work"/{console,ttyS1,stuck,turns}*
  cp --sparse=always "$work/disk.img" "$work/turns.img"
  while ((turn++ < turns)); do
    before=$(entry_names)
    began=$SECONDS
    "$project/images/boot" --write --timeout "$limit" --log "$work/console.$turn" "$work/turns.img" \
      -- -serial file:"$work/ttyS1.$turn" 2>>"$work/boot.log" ||
      echo "turn $turn did not end by itself" >>"$work/stuck"
    printf 'turn %-2d %-24s %3d s\n' "$turn" "$(tried "$before" "$(entry_names)")" $((SECONDS - began)) \
      >>"$work/turns"
    cat "$work/console.$turn" >>"$work/console"
    tr -d '\r' <"$work/ttyS1.$turn" >>"$work/ttyS1"
  done
  grep -a '^\(init\|exit\|ok\|FAILED\|done\)' "$work/ttyS1" >"$work/report" || :
}
