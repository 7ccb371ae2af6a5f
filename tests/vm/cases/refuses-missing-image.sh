# SPDX-License-Identifier: LGPL-2.1-or-later
title='no image of that digest in the store'
rows='T11'
builders=yes
exits=4 says='REFUSED: image [0-9a-f]{64} not in the store'

fault() { remove "$(image_object)"; }
guest() { :; }
