# SPDX-License-Identifier: LGPL-2.1-or-later
title='composefs-init: no device with that label'
own_init=yes
exits=1 says='cannot boot: no device for `root=LABEL=other` after 1 seconds; is its driver in the initramfs'

cmdline() { echo "composefs=$digest root=LABEL=other rootwait=1 init=/var/case/pid1"; }
guest() { :; }
