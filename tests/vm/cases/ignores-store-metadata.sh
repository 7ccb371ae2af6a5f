# SPDX-License-Identifier: LGPL-2.1-or-later
title='whatever files of the disk say about verity: a strict digest stays strict'
rows='T07'
builders=yes
exits=3 says='REFUSED: image has no fs-verity'

fault() {
  unseal "$(image_object)"
  echo '{"version": 1, "verity": false, "features": {"incompatible": ["no-verity"]}}' >"$work/meta"
  echo 'verity.policy = "lax-allowed"' >"$work/lax"
  edit 'rm /composefs/meta.json'
  edit "write $work/meta /composefs/meta.json"
  edit "write $work/lax /composefs/setup-root-conf.toml"
  edit 'mkdir /usr' && edit 'mkdir /usr/lib' && edit 'mkdir /usr/lib/composefs'
  edit "write $work/lax /usr/lib/composefs/setup-root-conf.toml"
}
guest() { :; }
