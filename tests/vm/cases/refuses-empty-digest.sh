# SPDX-License-Identifier: LGPL-2.1-or-later
title='composefs= without a digest: never mounted unverified'
rows='T01'
builders=yes
exits=2 says='REFUSED: composefs= has no digest'

cmdline() { echo composefs=; }
guest() { :; }
