# SPDX-License-Identifier: LGPL-2.1-or-later
title='the overlay module is not in the initramfs'
rows='T39'
modules='libcrc32c erofs'
exits=5 says='REFUSED: .*module overlay missing in the initramfs'

guest() { :; }
