# SPDX-License-Identifier: LGPL-2.1-or-later
title='composefs=?HEX under the default policy: the disk is never asked for leniency'
rows='T05'
builders=yes
exits=3 says='REFUSED: .*lax'

cmdline() { echo "composefs=?$digest"; }
guest() { :; }
