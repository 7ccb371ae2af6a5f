# SPDX-License-Identifier: LGPL-2.1-or-later
title='one flipped bit in the superblock of the image'
rows='T15'
builders=yes
exits=3 says='REFUSED: image unreadable at byte 0'

fault() { flip "$(image_object)" 1100; }
guest() { :; }
