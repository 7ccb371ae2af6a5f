# SPDX-License-Identifier: LGPL-2.1-or-later
title='the newest kernel measures every sealed file as its name says'
kernel=newest modules='erofs overlay'

guest() { measured_as_named sha256; }
