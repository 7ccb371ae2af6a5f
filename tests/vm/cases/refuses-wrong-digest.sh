# SPDX-License-Identifier: LGPL-2.1-or-later
title='the command line names another digest than the file has'
rows='T13'
builders=yes
exits=3 says='REFUSED: digest differs: wanted 0{64}, got [0-9a-f]{64}'

cmdline() { printf 'composefs=%064d' 0; }

# The good image under the wrong name: nothing but its digest is wrong.
fault() {
  local wrong
  wrong=$(printf '%064d' 0)
  edit "mkdir $objects/00"
  edit "ln $objects/$(image_object) $objects/00/${wrong:2}"
}

guest() { :; }
