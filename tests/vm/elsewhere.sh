# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Light cases elsewhere, sourced by run: on another kernel than the usual one, or started by the initramfs
# of a distribution's tools in place of guest/init.
# shellcheck shell=bash disable=SC2154,SC2034 # run sets and reads the variables

# on_kernel SERIES: what that makes of the case that has been read.
on_kernel() {
  local refusal='REFUSED: kernel 6\.1 cannot enforce verity \(needs 6\.6\)'
  [[ $kernel == 6.12 && $label == vm ]] || die "this case has its kernel"
  kernel=$1
  case $1 in
    newest) plan=${plan:+linux-6.15} ;;
    6.1) # Always refused, if not for a word, the configuration or a module, which are looked at before.
      [[ $config != *lax* ]] || die "6.1 boots this case"
      if [[ $exits == 0 ]]; then says=$refusal; else says="$refusal|$says"; fi
      [[ $exits == 2 || $says == *lax* ]] || exits=5
      plan='' instead='guest() { :; }'
      ;;
    *) die "no kernel $1 for this case" ;;
  esac
}

# by_builder NAME: that initramfs finds the disk, has the helper assemble the root, and starts guest() as
# its init, which is in /var, as with composefs-init.
by_builder() {
  [[ $builders && $label == vm ]] || die "this case is not for every builder"
  case $1 in
    composefs-init) own_init=yes ;;
    *-bookworm) made=$vm/made-$1 suite=bookworm builder=${1%-bookworm} ;;
    *) made=$vm/made-$1 builder=$1 ;;
  esac
  [[ $builder != dracut ]] || builder='' # that of images/debian/build
  full_words=${full_words/ rw / $root_options }
  eval "words_of_$(declare -f cmdline)"
  # shellcheck disable=SC2317 # light.sh calls it
  cmdline() { echo "root=LABEL=sysroot $root_options init=/var/case/pid1 $(words_of_cmdline)"; }
}

# vmlinuz, initrd and version in $made: for a day, as the system that they come from may change.
made_key() {
  { date +%F && find "$project"/{dracut-module,images} -type f -exec sha256sum {} + | sort &&
    cat "$here/builder" "$bin"/{composefs-setup-root,mkcomposefs,cfsroot}; } | sha256sum
}
make_made() {
  (
    prepare_system # its lock is not needed any longer
    basename "$system"/root/usr/lib/modules/* >"$made/version"
    cp "$system/vmlinuz" "$made/"
    if [[ $builder ]]; then build_initrd "$made/initrd"; else cp "$system/initrd" "$made/"; fi
  )
}

# What the case puts into an initramfs comes after what was made, and replaces it.
append_files() {
  local root=$work/initramfs
  truncate -s %4 "$work/initramfs.cpio"
  mkdir -p "$root/usr/lib/composefs"
  [[ ! $config ]] || echo "$config" >"$root/usr/lib/composefs/setup-root-conf.toml"
  more_files "$root"
  pack "$root" >>"$work/initramfs.cpio"
  rm -r "$root"
}
