# SPDX-License-Identifier: LGPL-2.1-or-later
title='composefs= with a letter that is no hex digit'
rows='T02'
builders=yes
exits=2 says='REFUSED: `composefs=[0-9a-fx]{64}`: `x` is no hex digit'

cmdline() { echo "composefs=x${digest:1}"; }
guest() { :; }
