# SPDX-License-Identifier: LGPL-2.1-or-later
title='a file system is mounted over the folder of the image'
rows='T14'
exits=3 says='REFUSED: `objects/.*` leads through a link or onto another mount'

before() { mount -t tmpfs none "/sysroot/composefs/objects/${digest%"${digest#??}"}"; }
guest() { :; }
