# SPDX-License-Identifier: LGPL-2.1-or-later
title='one flipped bit in the hash tree of the image'
rows='T17'
builders=yes
exits=3 says='REFUSED: image unreadable'

fault() { flip_hash_tree "$(image_object)"; }
guest() { :; }
