# SPDX-License-Identifier: LGPL-2.1-or-later
title='state of /etc exists, but the disk is mounted read-only'
rows='T43'
builders=yes
root_options=ro
exits=1 says='REFUSED: .*/etc/upper. is on a read-only mount; boot with .rw.'

guest() { :; }
