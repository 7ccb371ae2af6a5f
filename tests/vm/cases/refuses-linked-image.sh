# SPDX-License-Identifier: LGPL-2.1-or-later
title='the image is a symlink to the good file'
rows='T14'
builders=yes
exits=3 says='REFUSED: .* is not a regular file'

fault() { link_instead "$(image_object)"; }
guest() { :; }
