# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Light cases, sourced by run: a kernel, an initramfs with guest/init and our helper, a sealed disk.
# The source tree and its disk are made once; a case that breaks something works on a copy.
# shellcheck shell=bash disable=SC2154,SC2034 # run sets and reads the variables

# Programs of this machine that the guest runs, busybox for the rest; their libraries come along. The
# shell is not busybox's, which would prefer its own find to this one.
guest_tools=(dash find stat sort sha256sum getfattr setfattr setpriv awk fsverity)

# once FOLDER KEY MAKE: has MAKE fill FOLDER unless it was made of what KEY prints. The lock is kept:
# others may read as well, but nobody makes it anew while a case uses it.
once() {
  local lock
  mkdir -p "$1"
  exec {lock}>"$1.lock"
  flock -s "$lock"
  if [[ $(cat "$1/key" 2>/dev/null) != "$("$2")" ]]; then
    flock "$lock"
    if [[ $(cat "$1/key" 2>/dev/null) != "$("$2")" ]]; then
      rm -rf "${1:?}"/*
      "$3"
      "$2" >"$1/key"
    fi
    flock -s "$lock"
  fi
}

# The source tree of the light cases, its disk, and what is to be seen of it
prepare_fixture() {
  fixture=$vm/fixture
  once "$fixture" fixture_key make_fixture
}
fixture_key() { cat "$bin/cfsroot" "$here/tree" "$here/guest/list" | sha256sum; }
make_fixture() {
  "$here/tree" "$fixture/tree"
  "$bin/cfsroot" disk --type=ext4 "$fixture/disk.img" "$fixture/tree" >"$fixture/digest" ||
    die "cfsroot disk failed"
  "$here/guest/list" "$fixture/tree" >"$fixture/expected"
}

# pack DIR: as an initramfs; several may follow one another
pack() { (cd "$1" && find . -print0 | cpio --quiet -0 -o -H newc -R 0:0); }

# add_modules ROOT NAME...: unpacked, for insmod
add_modules() {
  local root=$1 module file
  mkdir -p "$root/modules"
  for module in "${@:2}"; do
    file=$(find "$kernel_dir/modules" -name "$module.ko*")
    [[ $file ]] || continue # part of newer kernels: libcrc32c
    case $file in
      *.xz) xz -dc "$file" >"$root/modules/$module.ko" ;;
      *.zst) zstd -qdc "$file" >"$root/modules/$module.ko" ;;
      *) cp "$file" "$root/modules/" ;;
    esac
  done
}

# add_programs ROOT PATH...: into its /bin, with the libraries they are linked with
add_programs() {
  local root=$1 file
  for file in "${@:2}"; do
    rm -f "$root/bin/${file##*/}" && cp -L "$file" "$root/bin/"
    ldd "$file" | grep -o '/lib[^ ]*' | xargs -I{} cp -n -L --parents {} "$root"
  done
}

# The part that all cases of a kernel share: busybox, tools, modules.
make_base() {
  local to=$1 root applet tool file
  root=$(mktemp -d "$work/base.XXXXXX")
  mkdir -p "$root"/{bin,tools,modules,proc,sys,dev,run,tmp,sysroot,lib,lib64}
  cp "$(command -v busybox)" "$root/bin/"
  for applet in $(busybox --list); do
    [[ $applet == busybox ]] || ln -s busybox "$root/bin/$applet"
  done
  for tool in "${guest_tools[@]}"; do
    rm -f "$root/bin/$tool"
    file=$(readlink -f "$(command -v "$tool")") || die "no program $tool; ./check --deps installs it"
    add_programs "$root" "$file"
    mv "$root/bin/${file##*/}" "$root/tools/$tool"
  done
  ln -sf /tools/dash "$root/bin/sh"
  add_modules "$root" libcrc32c erofs overlay loop
  pack "$root" >"$root.cpio" # several cases may do this at once
  mv "$root.cpio" "$to" # complete or absent
  rm -rf "$root"
}

# The part that is the case's own.
make_overlay() {
  local root=$work/initramfs
  mkdir -p "$root/bin" "$root/usr/lib/composefs"
  cp "$bin/composefs-setup-root" "$root/usr/lib/composefs/"
  ln -s ../usr/lib/composefs/composefs-setup-root "$root/bin/"
  cp "$here/guest/list" "$root/bin/"
  cp "$here/guest/init" "$here/guest/checks" "$root/"
  { cat "$1" && echo "$instead"; } >"$root/case"
  cp "$fixture/expected" "$root/"
  [[ -z $plan ]] || sed "s/[0-9a-f]\{64\}/$digest/" "$project/tests/data/plans/$plan" >"$root/plan"
  more_files "$root"
  [[ -z $config ]] || echo "$config" >"$root/usr/lib/composefs/setup-root-conf.toml"
  printf "%s='%s'\n" digest "$digest" modules "$modules" root_options "$root_options" \
    root_type "$root_type" >"$root/env"
  pack "$root"
  rm -rf "$root"
}

# Where composefs-init is all of the initramfs; with the keys of $work/keys, if the case has made any.
pack_own_init() {
  local options=()
  [[ $own_init == yes ]] || options=("$own_init")
  [[ -z $config ]] || echo "$config" >"$work/config"
  # shellcheck disable=SC2086 # several words
  CFSROOT_BIN=$bin CONFIG=${config:+$work/config} KEYS=$([[ ! -d $work/keys ]] || echo "$work/keys") \
    "$project/images/initramfs" "${options[@]}" "$kernel_dir/modules" "$work/initramfs.cpio" $modules || die "images/initramfs failed"
}

# guest/pid1 and what it reads are not in the image but in its /var.
put_guest() {
  local name
  edit "mkdir $case_var"
  for name in "$here/guest/pid1" "$here/guest/checks"; do
    edit "write $name $case_var/${name##*/}"
  done
  edit "write $1 $case_var/case"
  edit "sif $case_var/pid1 mode 0100755"
  put_digest
}
case_var=/state/os/default/var/case
put_digest() {
  printf "%s='%s'\n" digest "$digest" >"$work/env"
  edit "rm $case_var/env"
  edit "write $work/env $case_var/env"
}

# For a case whose fault() has put another image in place of the first: with the same /var.
follow_image() {
  [[ $digest != "$(<"$fixture/digest")" ]] || return 0
  edit "mkdir /state/deploy/$digest"
  edit "symlink /state/deploy/$digest/var ../../os/default/var"
  put_digest
}

light_machine() {
  rm -f "$work"/{console,ttyS1}
  timeout -k 5 "$limit" qemu-system-x86_64 -machine q35 -accel tcg -cpu max,-cx16 -smp 1 -m "$memory" \
    -nodefaults -no-user-config -display none -no-reboot \
    -serial file:"$work/console" -serial file:"$work/ttyS1" \
    -drive if=none,id=disk,file="$disk",format=raw,cache=unsafe,snapshot=on \
    -device nvme,drive=disk,serial=sysroot \
    -kernel "$kernel_dir/vmlinuz" -initrd "$work/initramfs.cpio" \
    -append "$machine_words $(cmdline)" </dev/null >"$work/qemu.log" 2>&1 || :
  tr -d '\r' <"$work/ttyS1" >"$work/report"
}

boot_light() {
  local base
  if [[ $made ]]; then once "$made" made_key make_made; else kernel_dir=$("$here/kernels" "$kernel"); fi
  version=$(<"${made:-$kernel_dir}/version")
  prepare_fixture
  digest=$(<"$fixture/digest")
  disk=$fixture/disk.img
  if [[ $own_init || $made || $(declare -f fault) != "$no_fault" ]]; then
    disk=$work/disk.img
    cp --sparse=always "$fixture/disk.img" "$disk"
    [[ -z $own_init$made ]] || put_guest "$1"
    fault
    [[ -z $own_init$made ]] || follow_image
  fi
  if [[ $made ]]; then
    cp "$made/initrd" "$work/initramfs.cpio"
    append_files
  elif [[ $own_init ]]; then
    pack_own_init
    append_files
  else
    base=$vm/base-$version-$(sha256sum "$here/light.sh" | cut -c 1-16).cpio
    [[ -e $base ]] || make_base "$base"
    { cat "$base" && make_overlay "$1"; } >"$work/initramfs.cpio"
  fi
  if [[ $firmware ]]; then
    boot_efi
  elif [[ $made ]]; then
    system=$made initrd=$work/initramfs.cpio
    boot full_machine
  else
    boot light_machine
  fi
}
