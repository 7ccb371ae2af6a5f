# SPDX-License-Identifier: LGPL-2.1-or-later
title='the state of /etc belongs to a user'
rows='T50'
builders=yes
exits=1 says='REFUSED: .*/etc. does not belong to root'

fault() { edit "sif /state/deploy/$digest/etc uid 1000"; }
guest() { :; }
