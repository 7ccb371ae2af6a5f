# SPDX-License-Identifier: LGPL-2.1-or-later
title='dracut without systemd: a flipped bit is refused, and the emergency ends it'
long=yes
label=full builder=dracut-hooks
exits=3 says='composefs: REFUSED: image unreadable at byte [0-9]+'

fault() { flip "$(image_object)" $(($(size_of "$(image_object)") / 2)); }
guest() { :; }
