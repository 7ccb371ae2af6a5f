# SPDX-License-Identifier: LGPL-2.1-or-later
title='one flipped bit in the middle of the image: measures and mounts, but must be refused'
rows='T16'
builders=yes
exits=3 says='REFUSED: image unreadable at byte [0-9]+'

fault() { flip "$(image_object)" $(($(size_of "$(image_object)") / 2)); }
guest() { :; }
