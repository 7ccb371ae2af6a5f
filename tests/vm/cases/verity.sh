# SPDX-License-Identifier: LGPL-2.1-or-later
title='the kernel measures every sealed file as its name says'

guest() { measured_as_named sha256; }
