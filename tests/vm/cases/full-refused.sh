# SPDX-License-Identifier: LGPL-2.1-or-later
title='Debian 13 with an image that has a flipped bit: refused under systemd, then the emergency ends it'
label=full suite=trixie
exits=3 says='composefs: REFUSED: image unreadable at byte [0-9]+'

fault() { flip "$(image_object)" $(($(size_of "$(image_object)") / 2)); }
guest() { :; }
