# SPDX-License-Identifier: LGPL-2.1-or-later
title='an image in an initramfs on tmpfs needs a loop device, and there is none'
rows='T42'
exits=5 says='REFUSED: loop device for the image: .*is the module loop in the initramfs'

more_files() { embed_image "$1"; }
guest() { :; }
