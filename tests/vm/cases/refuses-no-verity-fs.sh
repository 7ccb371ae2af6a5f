# SPDX-License-Identifier: LGPL-2.1-or-later
title='an ext4 without the verity feature'
rows='T37'
builders=yes
exits=5 says='REFUSED: file system ext4 lacks fs-verity; `tune2fs -O verity`'

fault() { rebuild_without_verity; }
guest() { :; }
