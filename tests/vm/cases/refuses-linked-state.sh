# SPDX-License-Identifier: LGPL-2.1-or-later
title='the state of /etc is a link'
rows='T49'
builders=yes
exits=1 says='REFUSED: .*etc/upper. is no directory of the root file system: Not a directory'

fault() { edit "rmdir /state/deploy/$digest/etc/upper" && edit "symlink /state/deploy/$digest/etc/upper work"; }
guest() { :; }
