# SPDX-License-Identifier: LGPL-2.1-or-later
title='composefs.signed=NAME with a key in the initramfs'
builders=yes
cmdline() { echo composefs.signed=stable; }
fault() { sign_name stable "v1-sha256-12:$digest"; }
more_files() { put_key "$1"; }

guest() {
  root_is_composefs
  same_as_source
  holds booted.json has the name -- grep -q '"signed": "stable"' /run/composefs/booted.json
}
