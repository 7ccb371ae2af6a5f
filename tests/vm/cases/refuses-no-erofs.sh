# SPDX-License-Identifier: LGPL-2.1-or-later
title='the erofs module is not in the initramfs'
rows='T39'
modules=overlay
exits=5 says='REFUSED: .*module erofs missing in the initramfs'

guest() { :; }
