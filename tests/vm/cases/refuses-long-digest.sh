# SPDX-License-Identifier: LGPL-2.1-or-later
title='composefs= with 64 good digits and one more'
exits=2 says='REFUSED: .*65 digits, a digest has 64 or 128'

cmdline() { echo "composefs=${digest}0"; }
guest() { :; }
