# SPDX-License-Identifier: LGPL-2.1-or-later
title='initramfs-tools: a flipped bit is refused, and panic= restarts the machine'
long=yes
label=full builder=initramfs-tools
exits=3 says='composefs: REFUSED: image unreadable at byte [0-9]+'

fault() { flip "$(image_object)" $(($(size_of "$(image_object)") / 2)); }
guest() { :; }
