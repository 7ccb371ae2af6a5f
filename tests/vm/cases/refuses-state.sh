# SPDX-License-Identifier: LGPL-2.1-or-later
title='state that is a link, a file, a user'\''s, on another mount, of another mode, or in use'
rows='T49 T50'
config='etc.mount = "none"
var.mount = "none"'

# refuses MESSAGE: with state as it is now, and leaves nothing
refuses() {
  below / >/run/before
  fails "REFUSED: .*$1" assemble 'etc.mount = "overlay"'
  below / >/run/after
  holds no mount left behind -- cmp /run/before /run/after
}

guest() {
  open_disk
  deploy=/run/disk/state/deploy/$digest
  cd "$deploy/etc" || return
  for dir in upper work; do
    mv $dir moved && ln -s moved $dir
    refuses "etc/$dir. is no directory of the root file system: Not a directory"
    rm $dir && : >$dir
    refuses "etc/$dir. is no directory of the root file system: Not a directory"
    rm $dir && mv moved $dir
  done
  chown 1000 .
  refuses "$digest/etc. does not belong to root"
  chown 0 . && chmod 775 upper
  refuses 'etc/upper. must have mode 0755 (chmod 0755)'
  chmod 755 upper && mkdir image
  refuses 'etc/image.: not a regular file; remove it'
  rmdir image

  holds undamaged it is taken -- assemble 'etc.mount = "overlay"'
  mkdir /run/second
  fails 'REFUSED: state of /etc is in use by another overlay; unmount that one' composefs-setup-root \
    --sysroot /run/disk --target /run/second --config /run/config --cmdline "composefs=$digest"
  dismantle
  holds free again it is taken -- assemble 'etc.mount = "overlay"'
}
