# SPDX-License-Identifier: LGPL-2.1-or-later
title='the image has lost its fs-verity'
rows='T12'
builders=yes
exits=3 says='REFUSED: image has no fs-verity'

fault() { unseal "$(image_object)"; }
guest() { :; }
