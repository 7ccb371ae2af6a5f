# SPDX-License-Identifier: LGPL-2.1-or-later
title='composefs-init: the image is damaged; process 1 says so and ends, panic= does the rest'
own_init=yes
exits=3 says='composefs-init: cannot boot: the root file system was refused, see above \(status 3\)'

cmdline() { echo "composefs=$digest root=/dev/nvme0n1 init=/var/case/pid1"; }
fault() { flip "$(image_object)" 5000; }
guest() { :; }
