# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Full cases, sourced by run: a Debian of images/debian with its own kernel, dracut initramfs and
# systemd. The image stays as it is: the guest's script is a unit in the state of /etc on the disk.
# shellcheck shell=bash disable=SC2154,SC2034 # run sets and reads the variables

# `builder` is empty, or what makes another initramfs than images/debian/build, see tests/vm/builder.
# `journal` is yes where the initramfs has no systemd that could be told to let go of the disk: then
# there may be a journal to replay.

# images/debian/build does nothing if nothing has changed; the lock is kept, so that no other case
# makes it anew meanwhile.
prepare_system() {
  system=$vm/$suite
  mkdir -p "$system"
  exec 8>"$system.lock"
  flock 8
  CFSROOT_BIN=$bin "$project/images/debian/build" --suite "$suite" "$system" >"$system.log" 2>&1 ||
    die "images/debian/build failed: $(tail -n 5 "$system.log")"
  flock -s 8
}

# build_initrd OUT: that of $builder for $system
build_initrd() {
  CFSROOT_BIN=$bin "$here/builder" "$builder" "$system" "$1" >"$1.log" 2>&1 ||
    die "tests/vm/builder failed: $(tail -n 5 "$1.log")"
}

# A refusal ends the machine; a slow host is not an error; nobody logs in.
full_words='root=LABEL=sysroot rw rd.shell=0 rd.emergency=poweroff mitigations=off'
full_words+=' systemd.default_timeout_start_sec=600 systemd.mask=serial-getty@ttyS0.service'

# put FILE PATH: into the writable state of /etc, which the guest sees as /etc/PATH
put() { edit "write $1 /state/deploy/$digest/etc/upper/$2"; }

add_guest_script() {
  local upper=/state/deploy/$digest/etc/upper dir
  for dir in case systemd systemd/system systemd/system/multi-user.target.wants; do
    edit "mkdir $upper/$dir"
  done
  echo "digest=$digest" >"$work/env"
  put "$here/guest/report.service" systemd/system/report.service
  edit "symlink $upper/systemd/system/multi-user.target.wants/report.service ../report.service"
  put "$here/guest/start" case/start
  put "$here/guest/checks" case/checks
  put "$work/env" case/env
  put "$1" case/case
}

# Writes stay: what the shutdown leaves on the disk is looked at afterwards.
full_machine() {
  rm -f "$work"/{console,ttyS1}
  timeout -k 5 "$limit" "$project/images/qemu" -machine q35 -accel tcg -cpu max -smp 1 -m 1024 \
    -nodefaults -no-user-config -display none -no-reboot \
    -serial file:"$work/console" -serial file:"$work/ttyS1" \
    -drive if=none,id=disk,file="$work/disk.img",format=raw,cache=unsafe \
    -device virtio-blk-pci,drive=disk \
    -kernel "$system/vmlinuz" -initrd "$initrd" \
    -append "$machine_words $full_words $(cmdline)" \
    </dev/null >"$work/qemu.log" 2>&1 || :
  touch "$work"/{console,ttyS1}
  tr -d '\r' <"$work/ttyS1" >"$work/report"
}

boot_full() {
  limit=600
  prepare_system
  version=$(basename "$system"/root/usr/lib/modules/*)
  digest=$(<"$system/digest")
  initrd=$system/initrd
  if [[ $builder ]]; then
    initrd=$work/initrd
    build_initrd "$initrd"
  fi
  if [[ $images ]]; then
    make_tries_disk
    exec 8>&- # all that it needs of the system has been copied
    digest=$(digest_of "$ends_in")
    add_guest_script "$1"
    boot tries_machine
    disk=${disk/disk.img/turns.img}
  else
    cp --sparse=always --reflink=auto "$system/disk.img" "$work/disk.img"
    disk="$work/disk.img?offset=$(<"$system/root-offset")"
    fault
    add_guest_script "$1"
    boot full_machine
  fi
  # The root holds the disk to the very end, and yet no journal is left to replay.
  [[ ! $journal ]] || e2fsck -p "$disk" >"$work/e2fsck.log" 2>&1 || :
  if e2fsck -fn "$disk" >"$work/e2fsck.log" 2>&1 && ! grep -qi journal "$work/e2fsck.log"; then
    echo "ok the disk is clean" >>"$work/report"
  else
    echo "FAILED the disk is clean, see $work/e2fsck.log" >>"$work/report"
  fi
}
