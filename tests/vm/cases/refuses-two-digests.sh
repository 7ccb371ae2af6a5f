# SPDX-License-Identifier: LGPL-2.1-or-later
title='two different digests in composefs= words, the first of them good'
rows='T04'
builders=yes
exits=2 says='REFUSED: 2 different digests in composefs= words'

cmdline() { printf 'composefs=%s composefs=%064d' "$digest" 0; }
guest() { :; }
