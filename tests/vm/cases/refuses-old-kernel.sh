# SPDX-License-Identifier: LGPL-2.1-or-later
title='kernel 6.1 cannot enforce verity'
rows='T35'
kernel=6.1 modules='libcrc32c erofs overlay loop'
exits=5 says='REFUSED: kernel 6\.1 cannot enforce verity \(needs 6\.6\)'

guest() { :; }
