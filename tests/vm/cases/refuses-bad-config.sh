# SPDX-License-Identifier: LGPL-2.1-or-later
title='a key that the configuration in the initramfs does not know'
rows='T09'
builders=yes
config='[etc]
mont = "none"'
exits=2 says='REFUSED: .*setup-root-conf.toml:2.*mont'

guest() { :; }
