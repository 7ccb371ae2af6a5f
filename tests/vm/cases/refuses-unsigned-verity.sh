# SPDX-License-Identifier: LGPL-2.1-or-later
title='the kernel wants a signature of its own kind in fs-verity files'
rows='T41'
builders=yes
exits=3 says='REFUSED: the kernel wants a built-in signature .*require_signatures=1.*; set it to 0'

cmdline() { echo "composefs=$digest sysctl.fs.verity.require_signatures=1"; }
guest() { :; }
