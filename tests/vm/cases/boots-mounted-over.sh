# SPDX-License-Identifier: LGPL-2.1-or-later
title='file systems are mounted over folders of objects before the helper runs: what is below them is read'
rows='T30'

more_files() { object zoo/size-614400 >"$1/object"; }
before() { mount -t tmpfs none "/sysroot/composefs/objects/$(cut -d / -f 1 /object)"; }

guest() {
  root_is_composefs
  same_as_source
}
