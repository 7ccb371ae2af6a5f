# SPDX-License-Identifier: LGPL-2.1-or-later
title='every command line of kernel-cmdline/examples, with the digest of this image'
rows='T01 T02 T03 T04 T05 T06'
config='[etc]
mount = "none"
[var]
mount = "none"'

more_files() {
  local lower=0123456789abcdef
  lower=$lower$lower$lower$lower
  cp -r "$project/kernel-cmdline/examples" "$1/"
  sed -i "s/$lower/$digest/g; s/${lower^^}/${digest^^}/g" "$1"/examples/*
}

# The file beside an example says what it means; only its first kind of line matters here.
status_of() {
  case $(cat "$1") in
    signed* | lax*) echo 3 ;;
    refused*) echo 2 ;;
    *"sha256 $digest"*) echo 0 ;;
    *) echo 4 ;;
  esac
}

guest() {
  root_is_composefs
  mkdir /run/root
  for example in /examples/*.cmdline; do
    composefs-setup-root --sysroot /sysroot/sysroot --target /run/root --cmdline "$(cat "$example")"
    got=$?
    wanted=$(status_of "${example%.cmdline}.expected")
    holds "${example##*/}" exits "$wanted" -- [ "$got" = "$wanted" ]
    [ "$got" != 0 ] || holds it is mounted -- umount -l /run/root
  done
}
